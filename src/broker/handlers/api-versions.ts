import { errorCode } from '../../protocol/errors.js';
import { apiVersionsApi } from '../../protocol/generated/api-versions.js';
import { KRAFT_VERSION } from '../../state/controller/update-features.js';
import { handler } from '../handler.js';

/** KIP-511: names and versions of client software are letters, digits, dots and dashes. */
const SOFTWARE = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/;
const FIRST_VERSION_WITH_SOFTWARE = 3;
/** Clients below version 4 break on a supported feature that begins at 0 (KAFKA-17011). */
const FIRST_VERSION_WITH_MINIMUM_ZERO = 4;

export const apiVersions = handler({
  api: apiVersionsApi,
  handle(request, { services, version, listener, software }) {
    if (version >= FIRST_VERSION_WITH_SOFTWARE) {
      if (!SOFTWARE.test(request.clientSoftwareName) || !SOFTWARE.test(request.clientSoftwareVersion)) {
        return { errorCode: errorCode('INVALID_REQUEST') };
      }
      software.name = request.clientSoftwareName;
      software.version = request.clientSoftwareVersion;
    }
    const { kraftVersion } = services.quorum;
    const levels = [...services.metadata.image.features, [KRAFT_VERSION, kraftVersion] as const];
    const finalized = levels
      .filter(([, level]) => level > 0)
      .map(([name, level]) => ({
        name,
        minVersionLevel: level,
        maxVersionLevel: level,
      }));
    return {
      apiKeys: services.offeredApis(listener),
      supportedFeatures: services.supportedFeatures
        .filter((feature) => feature.minVersion > 0 || version >= FIRST_VERSION_WITH_MINIMUM_ZERO)
        .map((feature) => ({ ...feature })),
      finalizedFeatures: finalized,
      finalizedFeaturesEpoch: services.metadata.offset,
    };
  },
});
