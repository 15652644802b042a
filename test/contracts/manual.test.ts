import { premisesOnEngine } from '../fixtures/premises.ts'
import { manualContract } from './manual.contract.ts'

manualContract('beside tables in DynamoDB', premisesOnEngine)
