import { errorCode } from '../../protocol/errors.js';
import { type UpdateFeaturesResponse, updateFeaturesApi } from '../../protocol/generated/update-features.js';
import { updateFeatures as command, raisesKraftVersion } from '../../state/controller/update-features.js';
import { handler } from '../handler.js';

export const updateFeatures = handler({
  api: updateFeaturesApi,
  handle: (request, { services: { controller, quorum }, version }) =>
    controller.run((call, context) => {
      const decision = command(call, request, version, context);
      const answer = decision.replies[0]?.response as Partial<UpdateFeaturesResponse> | undefined;
      const isRefused = (answer?.errorCode ?? errorCode('NONE')) !== errorCode('NONE');
      // Before the levels of other features.
      if (!isRefused && !request.validateOnly && raisesKraftVersion(request, context)) quorum.keepVoters();
      return decision;
    }),
});
