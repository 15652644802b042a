import { premisesOnEngine } from '../fixtures/premises.ts'
import { dataMapContract } from './data-map.contract.ts'

dataMapContract('over DynamoDB', premisesOnEngine)
