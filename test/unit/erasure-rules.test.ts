import { erasureContract } from '../contracts/erasure.contract.ts'
import { premisesInMemory } from '../fixtures/premises.ts'

erasureContract('in memory', async () => premisesInMemory())
