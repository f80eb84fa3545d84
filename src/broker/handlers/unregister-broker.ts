import { unregisterBrokerApi } from '../../protocol/generated/unregister-broker.js';
import { unregisterBroker as command } from '../../state/controller/unregister-broker.js';
import { handler } from '../handler.js';

export const unregisterBroker = handler({
  api: unregisterBrokerApi,
  handle: ({ brokerId }, { services }) => services.controller.run((call, context) => command(call, brokerId, context)),
});
