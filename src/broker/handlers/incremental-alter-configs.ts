import { incrementalAlterConfigsApi } from '../../protocol/generated/incremental-alter-configs.js';
import { incrementalAlterConfigs as command } from '../../state/controller/alter-configs.js';
import { handler } from '../handler.js';

export const incrementalAlterConfigs = handler({
  api: incrementalAlterConfigsApi,
  handle: (request, { services }) => services.controller.run((call, context) => command(call, request, context)),
});
