// The app's Home tab.

import { drawBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

/** The main panel while the Home tab is open. */
export class Home {
  #store;
  #surfaces;
  #showFailure;

  constructor(store, surfaces, showFailure) {
    this.#store = store;
    this.#surfaces = surfaces;
    this.#showFailure = showFailure;
    this.title = h("h1", {});
    this.blocks = h("div", { class: "blocks" });
    this.empty = h(
      "p",
      { class: "empty" },
      "The app has not published a Home for this member yet.",
    );
    const page = h("div", { class: "home-page" }, this.blocks, this.empty);
    const head = h("header", { class: "panel-head" }, this.title);
    const attrs = { class: "panel home", dataset: { testid: "home" }, "aria-label": "Home" };
    this.node = h("section", attrs, head, h("div", { class: "scroll" }, page));
  }

  /** Draw the view that the app published for the member. */
  draw(state) {
    const view = state.home;
    this.title.replaceChildren(icon("home"), `${state.app.name} Home`);
    this.empty.hidden = Boolean(view);
    if (!view) return this.blocks.replaceChildren();
    const surface = this.#surfaces.of(`home:${view.id ?? state.member}`, {
      container: { type: "view", view_id: view.id },
      blocks: view.blocks,
      values: view.state?.values,
      state,
      store: this.#store,
      onAnswer: this.#showFailure,
    });
    drawBlocks(this.blocks, view.blocks, surface);
  }
}
