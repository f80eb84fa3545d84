import { LoopbackNetwork } from '../../src/host/loopback.js';
import { testNetwork } from './network-suite.js';

testNetwork('loopback', () => new LoopbackNetwork());
