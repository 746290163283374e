// The app's Home tab.

import { drawBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

/** The middle of the page while the app's Home is open. */
export class Home {
  #store;
  #scenes;
  #failed;

  constructor(store, scenes, failed) {
    this.#store = store;
    this.#scenes = scenes;
    this.#failed = failed;
    this.title = h("h1", {});
    this.blocks = h("div", { class: "blocks" });
    this.empty = h(
      "p",
      { class: "empty" },
      "The app has not published a Home for this member yet.",
    );
    const page = h("div", { class: "home-page" }, this.blocks, this.empty);
    const head = h("header", { class: "panel-head" }, this.title);
    const look = { class: "panel home", dataset: { testid: "home" }, "aria-label": "Home" };
    this.node = h("section", look, head, h("div", { class: "scroll" }, page));
  }

  /** Draw what the app published for the member. */
  draw(state) {
    const view = state.home;
    this.title.replaceChildren(icon("home"), `${state.app.name} Home`);
    this.empty.hidden = Boolean(view);
    if (!view) return this.blocks.replaceChildren();
    const scene = this.#scenes.of(`home:${view.id ?? state.member}`, {
      container: { type: "view", view_id: view.id },
      blocks: view.blocks,
      values: view.state?.values,
      state,
      store: this.#store,
      after: this.#failed,
    });
    drawBlocks(this.blocks, view.blocks, scene);
  }
}
