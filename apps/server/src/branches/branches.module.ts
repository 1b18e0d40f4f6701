import { Module } from "@nestjs/common";
import { BranchesService } from "./branches.service.js";

@Module({ providers: [BranchesService], exports: [BranchesService] })
export class BranchesModule {}
