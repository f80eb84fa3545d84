import { checkOwnParity } from './kit.js';

checkOwnParity('tools of administration', [
  'admin-unreachable',
  'client-*',
  'cluster',
  'configs-topics*',
  'configs-options-*',
  'configs-lists',
  'dump-log-*',
  'features',
  'features-mapping',
  'leader-election',
  'log-dirs',
  'metadata-quorum',
  'metadata-shell*',
  'reassign-files',
  'reassign-partitions*',
  'replica-verification',
]);
