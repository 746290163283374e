// Modals: draws and submits the topmost one of the member's stack.

import { drawBlocks, showError } from "./blocks.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { plainString } from "./mrkdwn.js";
import { openLayer } from "./overlay.js";
import { isEmpty } from "./values.js";

const REQUIRED = "Please complete this required field.";
const EMAIL_ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/u;

/** Shows the topmost view of `state.views`; `showFailure(answer)` gets every answer. */
export class Modals {
  #open = null;
  #store;
  #surfaces;
  #showFailure;

  constructor(store, surfaces, showFailure) {
    this.#store = store;
    this.#surfaces = surfaces;
    this.#showFailure = showFailure;
  }

  /** Open, update or close the modal as the state says. */
  draw(state) {
    const views = state.views ?? [];
    const top = views.at(-1);
    this.#surfaces.keep("view:", views.map(keyOf));
    if (this.#open && this.#open.id !== top?.id) this.#removeLayer();
    if (!top) return;
    this.#open ??= this.#create(top);
    this.#redraw(top, state);
  }

  #removeLayer() {
    this.#open.leave();
    this.#open = null;
  }

  #create(view) {
    const modal = { id: view.id, wrong: {}, busy: false, submission: null };
    modal.back = this.#iconButton("back", "Back", () => this.#close(false));
    modal.cross = this.#iconButton("close", "Dismiss", () => this.#close(true));
    modal.title = h("h2", {});
    modal.body = h("div", { class: "dialog-body blocks" });
    modal.closing = h("button", {
      class: "button",
      type: "button",
      onclick: () => this.#close(false),
    });
    modal.submit = h("button", {
      class: "button primary",
      type: "submit",
      onclick: () => this.#submit(),
    });
    modal.foot = h("footer", {}, modal.closing, modal.submit);
    modal.box = h(
      "div",
      { class: "dialog", role: "dialog", "aria-modal": "true", tabindex: "-1" },
      h("header", {}, modal.back, modal.title, modal.cross),
      modal.body,
      modal.foot,
    );
    modal.leave = openLayer(h("div", { class: "shade" }, modal.box), () => this.#close(false));
    return modal;
  }

  #iconButton(name, label, act) {
    return h(
      "button",
      { class: "bare", type: "button", "aria-label": label, onclick: act },
      icon(name),
    );
  }

  #redraw(view, state) {
    const modal = this.#open;
    const first = modal.view === undefined;
    modal.view = view;
    modal.surface = this.#surfaces.of(keyOf(view), {
      container: { type: "view", view_id: view.id },
      blocks: view.blocks,
      values: view.state?.values,
      state,
      store: this.#store,
      onAnswer: this.#showFailure,
      isReady: () => this.#isUnchanged(modal),
      heading: "h3",
    });
    this.#drawFrame(view, state);
    modal.nodes = drawBlocks(modal.body, view.blocks, modal.surface);
    // Where nothing in it can have the focus, the keys scroll it only if it can itself.
    const inside = modal.body.querySelector("a, button, input, select, textarea");
    const reading = inside ? {} : { tabindex: 0, role: "region", "aria-label": "Text" };
    for (const name of ["tabindex", "role", "aria-label"]) {
      if (name in reading) modal.body.setAttribute(name, reading[name]);
      else modal.body.removeAttribute(name);
    }
    modal.serverErrors = state.errors ?? {};
    this.#showErrors();
    if (first || !modal.box.contains(document.activeElement)) this.#setFocus(first);
  }

  #drawFrame(view, state) {
    const { box, title, submit, closing, back, foot } = this.#open;
    const name = plainString(view.title);
    box.setAttribute("aria-label", name);
    title.textContent = name;
    back.hidden = state.views.length < 2;
    submit.textContent = plainString(view.submit) || "Submit";
    submit.hidden = !view.submit;
    closing.textContent = plainString(view.close) || "Cancel";
    closing.hidden = !view.close && !view.submit;
    foot.hidden = submit.hidden && closing.hidden;
  }

  #setFocus(first) {
    const { box, body } = this.#open;
    const field = body.querySelector("input:not([type=search]), select, textarea");
    const top = document.querySelector("#layers > :last-child");
    if (top && !top.contains(box)) return;
    (field && first ? field : box).focus({ preventScroll: true });
  }

  #showErrors() {
    const { view, nodes, wrong, serverErrors } = this.#open;
    const shown = Object.keys(wrong).length ? wrong : serverErrors;
    view.blocks.forEach((block, index) => {
      if (block.type === "input") showError(nodes[index], shown[block.block_id]);
    });
  }

  /** Wait for the answer to a submission; say whether the modal still shows the same view. */
  async #isUnchanged(modal) {
    const { hash } = modal.view;
    await modal.submission;
    return this.#open === modal && modal.view.hash === hash;
  }

  #submit() {
    const modal = this.#open;
    if (!modal.busy) modal.submission = this.#send(modal);
  }

  async #send(modal) {
    this.#setBusy(true);
    await Promise.all(modal.surface.uploads);
    if (this.#open !== modal) return;
    this.#setBusy(false);
    modal.wrong = clientErrors(modal.view.blocks, modal.surface.entered);
    if (Object.keys(modal.wrong).length) return this.#showFirstError();
    modal.serverErrors = {};
    this.#showErrors();
    this.#setBusy(true);
    const values = modal.surface.entered.all(modal.view.blocks);
    const answer = await this.#store.act("submit", { view_id: modal.id, values });
    if (this.#open === modal) {
      this.#setBusy(false);
      this.#showFirstError();
    }
    this.#showFailure(answer);
  }

  #setBusy(busy) {
    const { submit } = this.#open;
    this.#open.busy = busy;
    submit.disabled = busy;
    submit.setAttribute("aria-busy", String(busy));
  }

  #showFirstError() {
    this.#showErrors();
    const field = this.#open.body.querySelector(".wrong [data-action-id]");
    field?.focus({ preventScroll: true });
    field?.closest(".block").scrollIntoView({ block: "nearest" });
  }

  async #close(clear) {
    const modal = this.#open;
    if (!(await this.#isUnchanged(modal))) return;
    this.#showFailure(await this.#store.act("close", { view_id: modal.id, clear }));
  }
}

function keyOf(view) {
  return `view:${view.id}`;
}

function clientErrors(blocks, entered) {
  const wrong = {};
  for (const block of blocks) {
    if (block.type !== "input") continue;
    const value = entered.of(block.block_id, block.element);
    const words = isEmpty(value) ? !block.optional && REQUIRED : formatError(block.element, value);
    if (words) wrong[block.block_id] = words;
  }
  return wrong;
}

function formatError({ type, min_length: least }, value) {
  if (type === "email_text_input" && !EMAIL_ADDRESS.test(value))
    return "Please enter a valid email address.";
  if (type === "url_text_input" && !URL.canParse(value)) return "Please enter a valid URL.";
  if (type === "number_input" && Number.isNaN(Number(value))) return "Please enter a number.";
  if (least && value.length < least) return `Please enter at least ${least} characters.`;
  return null;
}
