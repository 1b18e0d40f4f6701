export interface RenderedDocument {
  readonly json: string;
  readonly yaml: string;
}

/** The OpenAPI document of a surface, made when somebody first asks for it. */
export class ApiDocument {
  private document: Promise<RenderedDocument> | null = null;

  /**
   * @param render loads what it needs by itself: a server that nobody asks for its document starts sooner without
   * @param path where it is served, with `.json` and `.yaml`; null where the surface has operations for that
   */
  constructor(
    private readonly render: () => Promise<RenderedDocument>,
    readonly path: string | null = null,
  ) {}

  async json(): Promise<string> {
    return (await this.rendered()).json;
  }

  async yaml(): Promise<string> {
    return (await this.rendered()).yaml;
  }

  private rendered(): Promise<RenderedDocument> {
    this.document ??= this.render();
    return this.document;
  }
}
