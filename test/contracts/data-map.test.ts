import { premisesOnEngine } from '../fixtures/premises-on-engine.ts'
import { dataMapContract } from './data-map.contract.ts'

dataMapContract('over DynamoDB', premisesOnEngine)
