// The page's copy of the workspace: fetched, kept current by a long poll, changed by actions.

export const CONNECTION_TROUBLE = "We had some trouble connecting. Try again?";
const RETRY_DELAY = 1500; // milliseconds between attempts while the server does not respond

/** Keeps what one member sees; calls `onState(state)` and `onConnectionLost(boolean)`. */
export class Store {
  state = null;
  #member;
  #onState;
  #onConnectionLost;
  #pending = null;
  #refetch = false;

  constructor(member, { onState, onConnectionLost }) {
    this.#member = member;
    this.#onState = onState;
    this.#onConnectionLost = onConnectionLost;
  }

  /** Poll the server for as long as the page is open. */
  async follow() {
    for (;;) {
      try {
        if (!this.state) await this.refresh();
        this.#onConnectionLost(false);
        const since = this.state.version;
        const { version } = await json(`/page/changes?since=${since}`);
        if (version !== this.state.version) await this.refresh();
      } catch (error) {
        console.warn(error);
        this.#onConnectionLost(true);
        await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY));
        await this.refresh().catch(() => {});
      }
    }
  }

  /** Show the workspace as another member. */
  async switchMember(member) {
    this.#member = member;
    await this.refresh();
  }

  /** Fetch the state; a call during a fetch leads to a second one, so that no data is old. */
  refresh() {
    if (this.#pending) this.#refetch = true;
    else this.#pending = this.#fetch().finally(() => (this.#pending = null));
    return this.#pending;
  }

  /** Act as the member; returns the server's answer, `ok: false` if it does not respond. */
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

  /** Load the options of an external select; the state does not change. */
  suggest(details) {
    return json("/page/act", { member: this.#member, act: "suggest", ...details });
  }

  /** Upload a file for a form; returns `{ok, file}`, or `{ok: false, error}`. */
  async upload(file) {
    const requested = new URLSearchParams({ member: this.#member, name: file.name });
    try {
      const reply = await fetch(`/page/upload?${requested}`, { method: "POST", body: file });
      return await reply.json();
    } catch {
      return { ok: false, error: "unreachable" };
    }
  }

  async #fetch() {
    do {
      this.#refetch = false;
      const requested = this.#member;
      const state = await json(`/page/state?member=${encodeURIComponent(requested ?? "")}`);
      if (state.ok === false && !requested) throw new Error(state.error);
      if (state.ok === false) {
        // No member has that id: show the server's first member.
        this.#member = null;
        this.#refetch = true;
      } else if (requested === this.#member) {
        this.#member = state.member;
        this.state = state;
        this.#onState(state);
      } else this.#refetch = true;
    } while (this.#refetch);
  }
}

async function json(url, body) {
  const post = { method: "POST", headers: { "Content-Type": "application/json" } };
  const reply = await fetch(url, body ? { ...post, body: JSON.stringify(body) } : undefined);
  const answer = await reply.json();
  if (!reply.ok && answer.ok === undefined) throw new Error(`${url}: ${reply.status}`);
  return answer;
}
