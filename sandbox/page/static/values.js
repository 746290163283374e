// What a member has entered into the blocks of one view or message, in Slack's `state.values`.

const TEXT = ["value", "initial_value", null];
const ONE = ["selected_option", "initial_option", null];
const SEVERAL = ["selected_options", "initial_options", []];
const FIELDS = {
  plain_text_input: TEXT,
  email_text_input: TEXT,
  url_text_input: TEXT,
  number_input: TEXT,
  static_select: ONE,
  external_select: ONE,
  radio_buttons: ONE,
  multi_static_select: SEVERAL,
  multi_external_select: SEVERAL,
  checkboxes: SEVERAL,
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

/** The name under which Slack keeps an element's value, undefined where it keeps none. */
export function fieldOf(type) {
  return FIELDS[type]?.[0];
}

/** The interactive elements of a block. */
export function elementsOf(block) {
  if (block.type === "input") return [block.element];
  if (block.type === "actions") return block.elements;
  return block.accessory ? [block.accessory] : [];
}

/** All options of an element, those in groups too. */
export function optionsOf(element) {
  return element.options ?? (element.option_groups ?? []).flatMap((group) => group.options);
}

/** Say whether a value counts as not filled in. */
export function isEmpty(value) {
  return value === null || value === undefined || value.length === 0;
}

/** What stands in one view's or message's fields; what was typed here wins over the server's. */
export class Answers {
  #typed = new Map();
  #shown = new Map();
  #revisions = new Map();
  #server = {};

  /** Take over the server's state and forget fields that are no longer there. */
  follow(blocks, values = {}) {
    this.#server = values;
    const present = new Set();
    for (const block of blocks) {
      for (const element of elementsOf(block)) {
        if (!fieldOf(element.type)) continue;
        present.add(keyOf(block.block_id, element));
        this.#notice(block.block_id, element);
      }
    }
    for (const known of [this.#typed, this.#shown]) {
      for (const key of known.keys()) if (!present.has(key)) known.delete(key);
    }
  }

  /** A number that rises when the server changed a value that was not typed here. */
  revision(blockId) {
    return this.#revisions.get(blockId) ?? 0;
  }

  /** The value of one element: typed here, else known to the server, else its initial one. */
  of(blockId, element) {
    const [field, initial, empty] = FIELDS[element.type];
    const key = keyOf(blockId, element);
    if (this.#typed.has(key)) return offered(element, this.#typed.get(key));
    const known = this.#server[blockId]?.[element.action_id];
    if (known && known.type === element.type) return offered(element, known[field] ?? empty);
    return offered(element, element[initial] ?? empty);
  }

  /** Keep what was entered. */
  put(blockId, element, value) {
    this.#typed.set(keyOf(blockId, element), value);
  }

  /** Everything, as Slack sends it in `view.state.values`. */
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

  #notice(blockId, element) {
    const key = keyOf(blockId, element);
    const now = JSON.stringify(this.of(blockId, element));
    const changed = this.#shown.has(key) && this.#shown.get(key) !== now;
    this.#shown.set(key, now);
    if (changed && !this.#typed.has(key)) {
      this.#revisions.set(blockId, this.revision(blockId) + 1);
    }
  }
}

function keyOf(blockId, element) {
  return JSON.stringify([blockId, element.action_id, element.type]);
}

// A choice that is no longer offered is dropped, as Slack drops it.
function offered(element, value) {
  if (!element.options && !element.option_groups) return value;
  const options = optionsOf(element);
  const find = (choice) => options.find((option) => option.value === choice?.value);
  if (Array.isArray(value)) return value.map(find).filter(Boolean);
  return find(value) ?? null;
}
