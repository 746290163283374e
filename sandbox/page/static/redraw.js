// Redraws lists in place: unchanged items keep their node, their entered text and the focus.

const signatures = new WeakMap();

/**
 * Make the children of `parent` match `items` (`{key, signature, make}`). A child with the same
 * key and signature stays, any other is recreated. Returns the nodes in order.
 */
export function reconcile(parent, items) {
  const before = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  const nodes = items.map((item) => {
    const kept = before.get(item.key);
    return kept && signatures.get(kept) === item.signature ? kept : create(item);
  });
  keepingFocus(parent, () => arrange(parent, nodes));
  return nodes;
}

/** Run `change`, then restore focus and cursor if the focused field was recreated. */
export function keepingFocus(root, change) {
  const active = document.activeElement;
  const inside = active && active.id && root.contains(active);
  const [from, to] = inside ? selectionOf(active) : [null, null];
  change();
  if (!inside || document.activeElement === active) return;
  const again = document.getElementById(active.id);
  if (!again) return;
  again.focus({ preventScroll: true });
  if (from !== null && again.setSelectionRange) restoreSelection(again, from, to);
}

function create(item) {
  const node = item.make();
  node.dataset.key = item.key;
  signatures.set(node, item.signature);
  return node;
}

function arrange(parent, nodes) {
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
    return [null, null]; // e-mail and number fields have no selection
  }
}

function restoreSelection(field, from, to) {
  try {
    field.setSelectionRange(from, to);
  } catch {
    // The new field has no selection; it only keeps the focus.
  }
}
