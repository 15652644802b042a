import { premisesOnEngine } from '../fixtures/world/premises-on-engine.ts'
import { manualContract } from './manual.contract.ts'

manualContract('beside tables in DynamoDB', premisesOnEngine)
