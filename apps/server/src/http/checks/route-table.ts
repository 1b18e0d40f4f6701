/** The order in which methods are named, whatever order routes were added in. */
const ORDER = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/** Which methods each path has, for the requests that the router did not match. */
export class RouteTable {
  private readonly routes: { readonly pattern: RegExp; readonly methods: Set<string> }[] = [];

  /** `path` as OpenAPI writes it: `/v1/branches/{branch}`. */
  add(method: string, path: string): void {
    const source = `^${path.replace(/[.]/g, "\\.").replace(/\{\w+\}/g, "[^/]+")}$`;
    let route = this.routes.find((known) => known.pattern.source === new RegExp(source).source);
    if (!route) {
      route = { pattern: new RegExp(source), methods: new Set() };
      this.routes.push(route);
    }
    route.methods.add(method);
    if (method === "GET") route.methods.add("HEAD");
  }

  /** The methods of a path, OPTIONS included; empty for a path that does not exist. */
  methods(url: string): readonly string[] {
    const path = url.split("?", 1)[0]!;
    // The router matches each method by itself: a path can be one route's for GET, and another's for POST.
    const methods = new Set(this.routes.flatMap((route) => (route.pattern.test(path) ? [...route.methods] : [])));
    return methods.size > 0 ? [...ORDER.filter((method) => methods.has(method)), "OPTIONS"] : [];
  }
}
