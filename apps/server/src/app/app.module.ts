import { type DynamicModule, Module } from "@nestjs/common";
import type { Surfaces } from "../http/surface/surfaces.js";
import { type ServerParts, ServicesModule } from "./services.module.js";

@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: Nest's dynamic modules are made by a static method of their class.
export class AppModule {
  /** One module for each surface, over the same services. */
  static of(parts: ServerParts, surfaces: Surfaces): DynamicModule {
    return {
      module: AppModule,
      imports: [ServicesModule.of(() => parts), ...surfaces.all.map(({ module }) => module)],
    };
  }
}
