import { updateFeaturesApi } from '../../protocol/generated/update-features.js';
import { updateFeatures as command } from '../../state/controller/update-features.js';
import { handler } from '../handler.js';

export const updateFeatures = handler({
  api: updateFeaturesApi,
  handle: (request, { services, version }) =>
    services.controller.run((call, context) => command(call, request, version, context)),
});
