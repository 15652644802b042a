import { premisesOnEngine } from '../fixtures/world/premises-on-engine.ts'
import { dataMapContract } from './data-map.contract.ts'

dataMapContract('over DynamoDB', premisesOnEngine)
