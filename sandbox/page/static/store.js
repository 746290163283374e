// What the page knows of the workspace: fetched, kept fresh by a long poll, changed by acts.

export const TROUBLE = "We had some trouble connecting. Try again?";
const PAUSE = 1500; // milliseconds between attempts while the server is away

/** Keep the state of one member's view; `onState(state)` and `onAway(bool)` hear of changes. */
export class Store {
  state = null;
  #member;
  #onState;
  #onAway;
  #fetching = null;
  #again = false;

  constructor(member, { onState, onAway }) {
    this.#member = member;
    this.#onState = onState;
    this.#onAway = onAway;
  }

  /** Follow the server for as long as the page is open. */
  async follow() {
    for (;;) {
      try {
        if (!this.state) await this.refresh();
        this.#onAway(false);
        const since = this.state.version;
        const { version } = await json(`/page/changes?since=${since}`);
        if (version !== this.state.version) await this.refresh();
      } catch (error) {
        console.warn(error);
        this.#onAway(true);
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
        await this.refresh().catch(() => {});
      }
    }
  }

  /** Be somebody else from now on. */
  async become(member) {
    this.#member = member;
    await this.refresh();
  }

  /** Fetch the state; calls made meanwhile end in one more fetch, so none sees old news. */
  refresh() {
    if (this.#fetching) this.#again = true;
    else this.#fetching = this.#fetch().finally(() => (this.#fetching = null));
    return this.#fetching;
  }

  /** Do something as the member; returns the server's answer, `ok: false` when it is away. */
  async act(act, details = {}) {
    let answer;
    try {
      answer = await json("/page/act", { member: this.#member, act, ...details });
    } catch {
      answer = { ok: false, error: "unreachable" };
    }
    await this.refresh().catch(() => {});
    return answer;
  }

  /** Ask for the options of an external select; changes nothing, so nothing is fetched anew. */
  suggest(details) {
    return json("/page/act", { member: this.#member, act: "suggest", ...details });
  }

  /** Upload a file for a form; returns `{ok, file}`, or `ok: false` with why not. */
  async upload(file) {
    const asked = new URLSearchParams({ member: this.#member, name: file.name });
    try {
      const reply = await fetch(`/page/upload?${asked}`, { method: "POST", body: file });
      return await reply.json();
    } catch {
      return { ok: false, error: "unreachable" };
    }
  }

  async #fetch() {
    do {
      this.#again = false;
      const asked = this.#member;
      const state = await json(`/page/state?member=${encodeURIComponent(asked ?? "")}`);
      if (state.ok === false && !asked) throw new Error(state.error);
      if (state.ok === false) {
        // Nobody by that id here: be whoever the server puts first.
        this.#member = null;
        this.#again = true;
      } else if (asked === this.#member) {
        this.#member = state.member;
        this.state = state;
        this.#onState(state);
      } else this.#again = true;
    } while (this.#again);
  }
}

async function json(url, body) {
  const post = { method: "POST", headers: { "Content-Type": "application/json" } };
  const reply = await fetch(url, body ? { ...post, body: JSON.stringify(body) } : undefined);
  const answer = await reply.json();
  if (!reply.ok && answer.ok === undefined) throw new Error(`${url}: ${reply.status}`);
  return answer;
}
