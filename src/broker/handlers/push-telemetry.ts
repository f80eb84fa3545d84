import { errorCode } from '../../protocol/errors.js';
import { pushTelemetryApi } from '../../protocol/generated/push-telemetry.js';
import { handler } from '../handler.js';
import { telemetryClient } from '../telemetry-client.js';

export const pushTelemetry = handler({
  api: pushTelemetryApi,
  isAdvertised: false,
  handle(request, context) {
    const { telemetry, clock } = context.services;
    return { errorCode: errorCode(telemetry.push(request, telemetryClient(context), clock.nowMs())) };
  },
});
