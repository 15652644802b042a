import { onEngine } from '../fixtures/world/on-engine.ts'
import { dataMapContract } from './data-map.contract.ts'

dataMapContract('over DynamoDB', onEngine)
