import { Controller } from "@nestjs/common";
import type { Call } from "../../../../http/context/request-context.js";
import { Input, Operation } from "../../../../http/surface/decorators.js";
import { WebhooksService } from "../../../../webhooks/webhooks.service.js";
import * as operations from "./webhooks.operations.js";

@Controller()
export class WebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Operation(operations.createWebhook)
  createWebhook(@Input() call: Call<typeof operations.createWebhook>) {
    return this.webhooks.createWebhook(call);
  }

  @Operation(operations.listWebhooks)
  listWebhooks(@Input() call: Call<typeof operations.listWebhooks>) {
    return this.webhooks.listWebhooks(call);
  }

  @Operation(operations.getWebhook)
  getWebhook(@Input() call: Call<typeof operations.getWebhook>) {
    return this.webhooks.getWebhook(call);
  }

  @Operation(operations.updateWebhook)
  updateWebhook(@Input() call: Call<typeof operations.updateWebhook>) {
    return this.webhooks.updateWebhook(call);
  }

  @Operation(operations.deleteWebhook)
  deleteWebhook(@Input() call: Call<typeof operations.deleteWebhook>) {
    return this.webhooks.deleteWebhook(call);
  }

  @Operation(operations.rotateWebhookSecret)
  rotateWebhookSecret(@Input() call: Call<typeof operations.rotateWebhookSecret>) {
    return this.webhooks.rotateWebhookSecret(call);
  }

  @Operation(operations.testWebhook)
  testWebhook(@Input() call: Call<typeof operations.testWebhook>) {
    return this.webhooks.testWebhook(call);
  }

  @Operation(operations.listDeliveries)
  listDeliveries(@Input() call: Call<typeof operations.listDeliveries>) {
    return this.webhooks.listDeliveries(call);
  }

  @Operation(operations.resendDelivery)
  resendDelivery(@Input() call: Call<typeof operations.resendDelivery>) {
    return this.webhooks.resendDelivery(call);
  }

  @Operation(operations.replayWebhook)
  replayWebhook(@Input() call: Call<typeof operations.replayWebhook>) {
    return this.webhooks.replayWebhook(call);
  }
}
