// The page as a whole: which panel is open, and drawing it when the workspace changes.

import { Conversation } from "./conversation.js";
import { Home } from "./home.js";
import { Mailbox } from "./mailbox.js";
import { Modals } from "./modal.js";
import { toast } from "./overlay.js";
import { Rail } from "./rail.js";
import { Scenes } from "./scene.js";
import { Store, TROUBLE } from "./store.js";

const query = new URLSearchParams(location.search);
let panel = query.get("view");
let asked = null; // the member whose Home the app was last asked for
const seen = new Map(); // the newest message read, by member and channel

const store = new Store(query.get("as"), {
  onState: draw,
  onAway: (away) => (rail.away.hidden = !away),
});
const scenes = new Scenes();
const conversation = new Conversation(store, scenes, failed);
const panels = { home: new Home(store, scenes, failed), mailbox: new Mailbox() };
const modals = new Modals(store, scenes, failed);
const rail = new Rail(store, { go, become: (member) => store.become(member), failed });
document.getElementById("rail").append(...rail.nodes);
store.follow();

function draw(state) {
  const groups = groupsOf(state);
  const places = groups.flatMap((group) => group.places);
  const place = places.find(({ id }) => id === panel) ?? sameKind(places, panel) ?? places[0];
  panel = place.id;
  markSeen(state, panel);
  const drawn = panels[panel] ?? conversation;
  const main = document.getElementById("panel");
  if (main.firstElementChild !== drawn.node) main.replaceChildren(drawn.node);
  drawn.draw(state, place);
  rail.draw(state, groupsOf(state), panel);
  modals.draw(state);
  document.title = `${place.name} · ${state.team.name}`;
  remember(state);
  if (panel === "home") openHome(state);
  else asked = null;
}

function go(id) {
  panel = id;
  draw(store.state);
  if (!panels[id]) document.getElementById("composer").focus();
}

// Every opening of the Home tab tells the app so, also for the member one has just become.
function openHome(state) {
  if (asked === state.member) return;
  asked = state.member;
  store.act("home").then(failed);
}

function groupsOf(state) {
  const channels = state.channels.map((channel) => ({
    id: channel.id,
    name: channel.name,
    label: `#${channel.name}`,
    icon: channel.is_private ? "lock" : "hash",
    unread: unread(state, channel.id),
  }));
  const dms = state.dms.map((dm) => ({
    id: dm.id,
    name: dm.name,
    label: dm.name,
    icon: dm.with === state.app.bot_user ? "app" : "user",
    detail: dm.with === state.app.bot_user ? "Direct messages from the app" : undefined,
    unread: unread(state, dm.id),
    isDm: true,
  }));
  const home = state.app.home ? [{ id: "home", name: "Home", icon: "home" }] : [];
  const arrived = { id: "mailbox", name: "Mailbox", icon: "mail", unread: newMails(state) };
  return [
    { title: "Channels", places: channels },
    { title: "Apps", places: [...dms, ...home] },
    { title: "Outside Slack", places: [arrived] },
  ];
}

// Each member has a DM of their own with the app, so "the DM" stays open under another id.
function sameKind(places, id) {
  return /^D/u.test(id ?? "") ? places.find((place) => place.isDm) : undefined;
}

function unread(state, channel) {
  const last = seen.get(`${state.member} ${channel}`) ?? 0;
  return (state.messages[channel] ?? []).filter(
    ({ ts, user }) => Number(ts) > last && user !== state.member,
  ).length;
}

function newMails(state) {
  return (state.mails ?? []).length - (seen.get("mails") ?? 0);
}

function markSeen(state, id) {
  if (id === "mailbox") seen.set("mails", (state.mails ?? []).length);
  const newest = state.messages[id]?.at(-1);
  if (newest) seen.set(`${state.member} ${id}`, Number(newest.ts));
}

function remember(state) {
  const here = new URLSearchParams({ as: state.member, view: panel });
  history.replaceState(null, "", `?${here}`);
}

function failed(answer) {
  if (answer.ok !== false) return toast(null);
  const errors = Object.keys(store.state?.errors ?? {}).length;
  if (!errors) toast(store.state?.notice || TROUBLE);
}
