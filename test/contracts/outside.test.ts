import { premisesOnEngine } from '../fixtures/premises.ts'
import { outsideContract } from './outside.contract.ts'

outsideContract('and tables in DynamoDB', premisesOnEngine)
