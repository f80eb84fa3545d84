import { ZERO_UUID } from '../../base/bytes.js';
import { randomUuid } from '../../base/uuid.js';
import { getTelemetrySubscriptionsApi } from '../../protocol/generated/get-telemetry-subscriptions.js';
import { handler } from '../handler.js';
import { telemetryClient } from '../telemetry-client.js';

export const getTelemetrySubscriptions = handler({
  api: getTelemetrySubscriptionsApi,
  isAdvertised: false,
  handle({ clientInstanceId }, context) {
    const { telemetry, random, clock } = context.services;
    const id = clientInstanceId === ZERO_UUID ? randomUuid(random) : clientInstanceId;
    return telemetry.getSubscription(id, telemetryClient(context), clock.nowMs());
  },
});
