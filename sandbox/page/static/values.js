// The values of a surface's elements, in the form of Slack's `state.values`.

const TEXT = ["value", "initial_value", null];
const SINGLE = ["selected_option", "initial_option", null];
const MULTIPLE = ["selected_options", "initial_options", []];
const FIELDS = {
  plain_text_input: TEXT,
  email_text_input: TEXT,
  url_text_input: TEXT,
  number_input: TEXT,
  static_select: SINGLE,
  external_select: SINGLE,
  radio_buttons: SINGLE,
  multi_static_select: MULTIPLE,
  multi_external_select: MULTIPLE,
  checkboxes: MULTIPLE,
  users_select: ["selected_user", "initial_user", null],
  multi_users_select: ["selected_users", "initial_users", []],
  conversations_select: ["selected_conversation", "initial_conversation", null],
  multi_conversations_select: ["selected_conversations", "initial_conversations", []],
  channels_select: ["selected_channel", "initial_channel", null],
  multi_channels_select: ["selected_channels", "initial_channels", []],
  datepicker: ["selected_date", "initial_date", null],
  timepicker: ["selected_time", "initial_time", null],
  file_input: ["files", "initial_files", []],
};

/** The key of an element's value in `state.values`, undefined if it has none. */
export function fieldOf(type) {
  return FIELDS[type]?.[0];
}

/** The interactive elements of a block. */
export function elementsOf(block) {
  if (block.type === "input") return [block.element];
  if (block.type === "actions") return block.elements;
  return block.accessory ? [block.accessory] : [];
}

/** All options of an element, including those in groups. */
export function optionsOf(element) {
  return element.options ?? (element.option_groups ?? []).flatMap((group) => group.options);
}

/** Say whether a value counts as empty. */
export function isEmpty(value) {
  return value === null || value === undefined || value.length === 0;
}

/** The values of one surface; values entered on the page win over the server's. */
export class EnteredValues {
  #entered = new Map();
  #drawn = new Map();
  #revisions = new Map();
  #server = {};

  /** Take over the server's values and drop those of elements that no longer exist. */
  follow(blocks, values = {}) {
    this.#server = values;
    const present = new Set();
    for (const block of blocks) {
      for (const element of elementsOf(block)) {
        if (!fieldOf(element.type)) continue;
        present.add(keyOf(block.block_id, element));
        this.#noteChange(block.block_id, element);
      }
    }
    for (const known of [this.#entered, this.#drawn]) {
      for (const key of known.keys()) if (!present.has(key)) known.delete(key);
    }
  }

  /** A number that rises when the server changes a value that was not entered on the page. */
  revision(blockId) {
    return this.#revisions.get(blockId) ?? 0;
  }

  /** The value of an element: the entered one, else the server's, else the initial one. */
  of(blockId, element) {
    const [field, initial, empty] = FIELDS[element.type];
    const key = keyOf(blockId, element);
    if (this.#entered.has(key)) return stillOffered(element, this.#entered.get(key));
    const known = this.#server[blockId]?.[element.action_id];
    if (known && known.type === element.type) return stillOffered(element, known[field] ?? empty);
    return stillOffered(element, element[initial] ?? empty);
  }

  /** Store an entered value. */
  put(blockId, element, value) {
    this.#entered.set(keyOf(blockId, element), value);
  }

  /** All values, as in `view.state.values`. */
  all(blocks) {
    const values = {};
    for (const block of blocks) {
      for (const element of elementsOf(block)) {
        const field = fieldOf(element.type);
        if (!field) continue;
        values[block.block_id] ??= {};
        const value = this.of(block.block_id, element);
        values[block.block_id][element.action_id] = { type: element.type, [field]: value };
      }
    }
    return values;
  }

  #noteChange(blockId, element) {
    const key = keyOf(blockId, element);
    const now = JSON.stringify(this.of(blockId, element));
    const changed = this.#drawn.has(key) && this.#drawn.get(key) !== now;
    this.#drawn.set(key, now);
    if (changed && !this.#entered.has(key)) {
      this.#revisions.set(blockId, this.revision(blockId) + 1);
    }
  }
}

function keyOf(blockId, element) {
  return JSON.stringify([blockId, element.action_id, element.type]);
}

// A chosen option that is no longer offered is dropped, as in Slack.
function stillOffered(element, value) {
  if (!element.options && !element.option_groups) return value;
  const options = optionsOf(element);
  const find = (choice) => options.find((option) => option.value === choice?.value);
  if (Array.isArray(value)) return value.map(find).filter(Boolean);
  return find(value) ?? null;
}
