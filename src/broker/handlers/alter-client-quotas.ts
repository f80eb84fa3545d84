import { alterClientQuotasApi } from '../../protocol/generated/alter-client-quotas.js';
import { alterClientQuotas as command } from '../../state/controller/client-quotas.js';
import { handler } from '../handler.js';

export const alterClientQuotas = handler({
  api: alterClientQuotasApi,
  handle: (request, { services }) => services.controller.run((call, context) => command(call, request, context)),
});
