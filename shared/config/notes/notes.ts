/** What is no mistake in a configuration, but may not be meant: each with its place, and what would be right. */
import type { DataMap } from '../../data-map/data-map.ts'
import type { Finding } from '../findings.ts'
import { combinationNotes } from './combinations.ts'
import { keptChildrenNotes } from './kept-children.ts'
import { strandsNotes } from './strands.ts'

const NOTES = [strandsNotes, combinationNotes, keptChildrenNotes]

/** @param map Without mistakes. */
export const notesOn = (map: DataMap): readonly Finding[] => NOTES.flatMap((notes) => [...notes(map)])
