import { alterConfigsApi } from '../../protocol/generated/alter-configs.js';
import { alterConfigs as command } from '../../state/controller/alter-configs.js';
import { handler } from '../handler.js';

export const alterConfigs = handler({
  api: alterConfigsApi,
  handle: (request, { services }) => services.controller.run((call, context) => command(call, request, context)),
});
