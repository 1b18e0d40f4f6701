import { Injectable } from "@nestjs/common";
import type { Dialect } from "../../errors/error-table.js";

/** The OpenAPI document of this server, made when somebody first asks for it. */
@Injectable()
export class DocumentService {
  private document: Promise<{ json: string; yaml: string }> | null = null;

  constructor(private readonly dialect: Dialect) {}

  async json(): Promise<string> {
    return (await this.rendered()).json;
  }

  async yaml(): Promise<string> {
    return (await this.rendered()).yaml;
  }

  private rendered(): Promise<{ json: string; yaml: string }> {
    // Loaded on demand: a server that nobody asks for its document starts sooner and takes less memory.
    this.document ??= import("../../surfaces/v1/openapi/render.js").then(({ renderDocument }) =>
      renderDocument(this.dialect),
    );
    return this.document;
  }
}
