/** What `describe --output json` says of a feature. */
export const FEATURE_SCHEMA = {
  title: 'kafka-features describe',
  type: 'object',
  required: ['feature', 'supportedMin', 'supportedMax', 'finalized', 'finalizedName', 'epoch'],
  additionalProperties: false,
  properties: {
    feature: { type: 'string' },
    supportedMin: { type: 'integer', description: 'the lowest level that the node can run at' },
    supportedMax: { type: 'integer' },
    finalized: { type: 'integer', description: 'the level in force; 0 where the feature is off' },
    finalizedName: { type: ['string', 'null'], description: 'the release of a metadata.version' },
    epoch: { type: ['integer', 'null'], description: 'grows with each change of any feature' },
  },
} as const;

/** What `version-mapping --output json` says of a feature. */
export const FEATURE_OF_RELEASE_SCHEMA = {
  title: 'kafka-features version-mapping',
  type: 'object',
  required: ['release', 'feature', 'level'],
  additionalProperties: false,
  properties: {
    release: { type: 'string' },
    feature: { type: 'string' },
    level: { type: 'integer' },
  },
} as const;

/** What `feature-dependencies --output json` says of a level. */
export const FEATURE_DEPENDENCIES_SCHEMA = {
  title: 'kafka-features feature-dependencies',
  type: 'object',
  required: ['feature', 'level', 'name', 'dependencies'],
  additionalProperties: false,
  properties: {
    feature: { type: 'string' },
    level: { type: 'integer' },
    name: { type: ['string', 'null'], description: 'the release of a metadata.version' },
    dependencies: {
      type: 'array',
      items: {
        type: 'object',
        required: ['feature', 'level', 'name'],
        additionalProperties: false,
        properties: {
          feature: { type: 'string' },
          level: { type: 'integer', description: 'the least that it needs' },
          name: { type: ['string', 'null'], description: 'the release of a metadata.version' },
        },
      },
    },
  },
} as const;
