import { premisesOnEngine } from '../fixtures/premises-on-engine.ts'
import { outsideContract } from './outside.contract.ts'

outsideContract('and tables in DynamoDB', premisesOnEngine)
