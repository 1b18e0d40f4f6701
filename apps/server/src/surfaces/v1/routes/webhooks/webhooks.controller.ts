import { Controller } from "@nestjs/common";
import { Input, Operation } from "../../../../http/stream/handler.js";
import { WebhooksService } from "../../../../webhooks/webhooks.service.js";
import * as operations from "./webhooks.operations.js";

@Controller()
export class WebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Operation(operations.createWebhook)
  createWebhook(@Input() { caller, body }: Input<typeof operations.createWebhook>) {
    return this.webhooks.create(caller, body);
  }

  @Operation(operations.listWebhooks)
  listWebhooks(@Input() { caller }: Input<typeof operations.listWebhooks>) {
    return this.webhooks.list(caller);
  }

  @Operation(operations.getWebhook)
  getWebhook(@Input() { caller, params }: Input<typeof operations.getWebhook>) {
    return this.webhooks.get(caller, params.webhook);
  }

  @Operation(operations.updateWebhook)
  updateWebhook(@Input() { caller, params, body }: Input<typeof operations.updateWebhook>) {
    return this.webhooks.update(caller, params.webhook, body);
  }

  @Operation(operations.deleteWebhook)
  deleteWebhook(@Input() { caller, params }: Input<typeof operations.deleteWebhook>) {
    return this.webhooks.delete(caller, params.webhook);
  }

  @Operation(operations.rotateWebhookSecret)
  rotateWebhookSecret(@Input() { caller, params }: Input<typeof operations.rotateWebhookSecret>) {
    return this.webhooks.rotateSecret(caller, params.webhook);
  }

  @Operation(operations.testWebhook)
  testWebhook(@Input() { caller, params }: Input<typeof operations.testWebhook>) {
    return this.webhooks.test(caller, params.webhook);
  }

  @Operation(operations.listDeliveries)
  listDeliveries(@Input() { caller, params, query }: Input<typeof operations.listDeliveries>) {
    const { limit, cursor = null, ...filter } = query;
    return this.webhooks.listDeliveries(caller, params.webhook, filter, limit, cursor);
  }

  @Operation(operations.resendDelivery)
  resendDelivery(@Input() { caller, params }: Input<typeof operations.resendDelivery>) {
    return this.webhooks.resend(caller, params.webhook, params.delivery);
  }

  @Operation(operations.replayWebhook)
  replayWebhook(@Input() { caller, params, body }: Input<typeof operations.replayWebhook>) {
    return this.webhooks.replay(caller, params.webhook, body.from_scn);
  }
}
