import "reflect-metadata";
import { Body, Controller, Get, HttpCode, Module, Post } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { FastifyAdapter, type NestFastifyApplication } from "@nestjs/platform-fastify";

/** The minimum cost of a response in our framework: a body is parsed, a constant is serialised. */
const [port, json] = process.argv.slice(2);
const answer: unknown = JSON.parse(json!);

@Controller()
class ConstantController {
  @Get("health")
  health() {
    return {};
  }

  @Post("constant")
  @HttpCode(200)
  constant(@Body() _body: unknown) {
    return answer;
  }
}

@Module({ controllers: [ConstantController] })
class ConstantModule {}

const app = await NestFactory.create<NestFastifyApplication>(ConstantModule, new FastifyAdapter(), {
  logger: ["error"],
});
app.enableShutdownHooks();
await app.listen(Number(port), "127.0.0.1");
