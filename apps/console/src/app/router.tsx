import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { Frame } from "../frame/frame.js";
import { PageError } from "../frame/page-error.js";
import { PageMissing } from "../frame/page-missing.js";
import { BranchesPage } from "../pages/branches/branches-page.js";
import { type Search, searchOf } from "./search.js";

const root = createRootRoute({
  component: Frame,
  errorComponent: PageError,
  notFoundComponent: PageMissing,
});

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/branches" });
  },
});
const branches = createRoute({
  getParentRoute: () => root,
  path: "/branches",
  validateSearch: (given: Search) => searchOf(given, ["q", "branch", "view", "sort"]),
  component: BranchesPage,
});
const data = createRoute({
  getParentRoute: () => root,
  path: "/branch/$branch/data",
  validateSearch: (given: Search) => searchOf(given, ["table", "at", "filter", "sort", "columns"]),
  component: lazyRouteComponent(() => import("../pages/data/data-page.js"), "DataPage"),
});
const sql = createRoute({
  getParentRoute: () => root,
  path: "/branch/$branch/sql",
  validateSearch: (given: Search) => searchOf(given, ["at"]),
  component: lazyRouteComponent(() => import("../pages/sql/sql-page.js"), "SqlPage"),
});
const history = createRoute({
  getParentRoute: () => root,
  path: "/branch/$branch/history",
  validateSearch: (given: Search) => searchOf(given, ["commit", "table", "author", "kind"]),
  component: lazyRouteComponent(() => import("../pages/history/history-page.js"), "HistoryPage"),
});
const compare = createRoute({
  getParentRoute: () => root,
  path: "/compare",
  validateSearch: (given: Search) => searchOf(given, ["from", "fromAt", "to", "toAt", "table"]),
  component: lazyRouteComponent(() => import("../pages/compare/compare-page.js"), "ComparePage"),
});
const merge = createRoute({
  getParentRoute: () => root,
  path: "/merge",
  validateSearch: (given: Search) => searchOf(given, ["source", "target"]),
  component: lazyRouteComponent(() => import("../pages/merge/merge-page.js"), "MergePage"),
});
const importing = createRoute({
  getParentRoute: () => root,
  path: "/import",
  validateSearch: (given: Search) => searchOf(given, ["branch"]),
  component: lazyRouteComponent(() => import("../pages/import/import-page.js"), "ImportPage"),
});
const keys = createRoute({
  getParentRoute: () => root,
  path: "/keys",
  validateSearch: (given: Search) => searchOf(given, ["q", "key", "ended"]),
  component: lazyRouteComponent(() => import("../pages/keys/keys-page.js"), "KeysPage"),
});
const users = createRoute({
  getParentRoute: () => root,
  path: "/users",
  validateSearch: (given: Search) => searchOf(given, ["q", "user"]),
  component: lazyRouteComponent(() => import("../pages/users/users-page.js"), "UsersPage"),
});
const tenants = createRoute({
  getParentRoute: () => root,
  path: "/tenants",
  component: lazyRouteComponent(() => import("../pages/tenants/tenants-page.js"), "TenantsPage"),
});
const webhooks = createRoute({
  getParentRoute: () => root,
  path: "/webhooks",
  validateSearch: (given: Search) => searchOf(given, ["webhook", "status", "event"]),
  component: lazyRouteComponent(() => import("../pages/webhooks/webhooks-page.js"), "WebhooksPage"),
});
const audit = createRoute({
  getParentRoute: () => root,
  path: "/audit",
  validateSearch: (given: Search) =>
    searchOf(given, [
      ...(["entry", "from", "until", "user", "key", "operation", "branch"] as const),
      ...(["outcome", "traceId", "requestId"] as const),
    ]),
  component: lazyRouteComponent(() => import("../pages/audit/audit-page.js"), "AuditPage"),
});
const server = createRoute({
  getParentRoute: () => root,
  path: "/server",
  component: lazyRouteComponent(() => import("../pages/server/server-page.js"), "ServerPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    branches,
    data,
    sql,
    history,
    compare,
    merge,
    importing,
    keys,
    users,
    tenants,
    webhooks,
    audit,
    server,
  ]),
  basepath: new URL(document.baseURI).pathname.replace(/\/$/, ""),
  // Every value is a text, as in the API's own URLs.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
    const text = new URLSearchParams(given as [string, string][]).toString();
    return text === "" ? "" : `?${text}`;
  },
  scrollRestoration: true,
  // One place for each page: one for each visit would be kept as long as the tab.
  getScrollRestorationKey: ({ pathname }) => pathname,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
