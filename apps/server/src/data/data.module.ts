import { Module } from "@nestjs/common";
import { DataService } from "./data.service.js";

@Module({ providers: [DataService], exports: [DataService] })
export class DataModule {}
