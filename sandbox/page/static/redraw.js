// Redrawing lists so that what did not change keeps its node, its typed text and its focus.

const signatures = new WeakMap();

/**
 * Make `parent`'s children match `items` (`{key, sign, make}`): a child whose key and sign are
 * as before is left untouched, any other is made anew. Returns the nodes in order.
 */
export function reconcile(parent, items) {
  const before = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  const nodes = items.map((item) => {
    const kept = before.get(item.key);
    return kept && signatures.get(kept) === item.sign ? kept : made(item);
  });
  keepingFocus(parent, () => place(parent, nodes));
  return nodes;
}

/** Run `change` and put focus and cursor back if the focused field was drawn anew. */
export function keepingFocus(root, change) {
  const active = document.activeElement;
  const inside = active && active.id && root.contains(active);
  const [from, to] = inside ? selectionOf(active) : [null, null];
  change();
  if (!inside || document.activeElement === active) return;
  const again = document.getElementById(active.id);
  if (!again) return;
  again.focus({ preventScroll: true });
  if (from !== null && again.setSelectionRange) restore(again, from, to);
}

function made(item) {
  const node = item.make();
  node.dataset.key = item.key;
  signatures.set(node, item.sign);
  return node;
}

function place(parent, nodes) {
  const wanted = new Set(nodes);
  for (const node of [...parent.children]) if (!wanted.has(node)) node.remove();
  let cursor = parent.firstElementChild;
  for (const node of nodes) {
    if (node === cursor) cursor = cursor.nextElementSibling;
    else parent.insertBefore(node, cursor);
  }
}

function selectionOf(field) {
  try {
    return [field.selectionStart ?? null, field.selectionEnd ?? null];
  } catch {
    return [null, null]; // e-mail and number fields have no selection to ask for
  }
}

function restore(field, from, to) {
  try {
    field.setSelectionRange(from, to);
  } catch {
    // The field became one without a selection; focus alone is kept.
  }
}
