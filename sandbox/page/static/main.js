// The entry point: keeps the open panel and redraws it when the workspace changes.

import { Conversation } from "./conversation.js";
import { Home } from "./home.js";
import { Mailbox } from "./mailbox.js";
import { Modals } from "./modal.js";
import { toast } from "./overlay.js";
import { Sidebar } from "./sidebar.js";
import { Surfaces } from "./surface.js";
import { Store, CONNECTION_TROUBLE } from "./store.js";

const query = new URLSearchParams(location.search);
let panel = query.get("view");
let homeOpenedFor = null; // the member whose Home tab was opened last
const lastRead = new Map(); // the timestamp of the newest read message by member and channel

const store = new Store(query.get("as"), {
  onState: draw,
  onConnectionLost: (isLost) => (sidebar.offline.hidden = !isLost),
});
const surfaces = new Surfaces();
const conversation = new Conversation(store, surfaces, showFailure);
const panels = { home: new Home(store, surfaces, showFailure), mailbox: new Mailbox() };
const modals = new Modals(store, surfaces, showFailure);
const sidebar = new Sidebar(store, {
  openPanel,
  switchMember: (member) => store.switchMember(member),
  showFailure,
  // The Home tab shows what holds at the new time only after it is opened again.
  clockMoved: () => {
    homeOpenedFor = null;
    draw(store.state);
  },
});
document.getElementById("sidebar").append(...sidebar.nodes);
store.follow();

function draw(state) {
  const groups = sidebarGroups(state);
  const places = groups.flatMap((group) => group.places);
  const place = places.find(({ id }) => id === panel) ?? dmInPlaceOf(places, panel) ?? places[0];
  panel = place.id;
  markRead(state, panel);
  const drawn = panels[panel] ?? conversation;
  const main = document.getElementById("panel");
  if (main.firstElementChild !== drawn.node) main.replaceChildren(drawn.node);
  drawn.draw(state, place);
  sidebar.draw(state, sidebarGroups(state), panel);
  modals.draw(state);
  document.title = `${place.name} · ${state.team.name}`;
  updateAddress(state);
  if (panel === "home") openHome(state);
  else homeOpenedFor = null;
}

function openPanel(id) {
  panel = id;
  draw(store.state);
  if (!panels[id]) document.getElementById("composer").focus();
}

// The app gets an event each time the Home tab opens, and after each switch to another member.
function openHome(state) {
  if (homeOpenedFor === state.member) return;
  homeOpenedFor = state.member;
  store.act("home").then(showFailure);
}

function sidebarGroups(state) {
  const channels = state.channels.map((channel) => ({
    id: channel.id,
    name: channel.name,
    label: `#${channel.name}`,
    icon: channel.is_private ? "lock" : "hash",
    unread: unreadCount(state, channel.id),
  }));
  const dms = state.dms.map((dm) => ({
    id: dm.id,
    name: dm.name,
    label: dm.name,
    icon: dm.with === state.app.bot_user ? "app" : "user",
    detail: dm.with === state.app.bot_user ? "Direct messages from the app" : undefined,
    unread: unreadCount(state, dm.id),
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

// After a switch to another member, an open DM is replaced by that member's own DM.
function dmInPlaceOf(places, id) {
  return /^D/u.test(id ?? "") ? places.find((place) => place.isDm) : undefined;
}

function unreadCount(state, channel) {
  const last = lastRead.get(`${state.member} ${channel}`) ?? 0;
  return (state.messages[channel] ?? []).filter(
    ({ ts, user }) => Number(ts) > last && user !== state.member,
  ).length;
}

function newMails(state) {
  return (state.mails ?? []).length - (lastRead.get("mails") ?? 0);
}

function markRead(state, id) {
  if (id === "mailbox") lastRead.set("mails", (state.mails ?? []).length);
  const newest = state.messages[id]?.at(-1);
  if (newest) lastRead.set(`${state.member} ${id}`, Number(newest.ts));
}

function updateAddress(state) {
  const here = new URLSearchParams({ as: state.member, view: panel });
  history.replaceState(null, "", `?${here}`);
}

function showFailure(answer) {
  if (answer.ok !== false) return toast(null);
  const errors = Object.keys(store.state?.errors ?? {}).length;
  if (!errors) toast(store.state?.notice || CONNECTION_TROUBLE);
}
