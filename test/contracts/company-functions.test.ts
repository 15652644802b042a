import { premisesOnEngine } from '../fixtures/world/premises-on-engine.ts'
import { outsideContract } from './company-functions.contract.ts'

outsideContract('and tables in DynamoDB', premisesOnEngine)
