/** Dates as people read them: in their language, in the organization's time zone. */
export interface Dates {
  /** Day and time, with the offset of that moment. */
  readonly moment: (iso: string) => string
  readonly day: (iso: string) => string
  /** @param date A calendar day, `YYYY-MM-DD`. */
  readonly calendarDay: (date: string) => string
  /** The time zone's name. */
  readonly zone: string
}

const DAY = { day: 'numeric', month: 'long', year: 'numeric' } as const
const TIME = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'shortOffset' } as const

const made = new Map<string, Dates>()

/** @param locale A language tag (BCP 47). */
export function datesIn(locale: string, timeZone: string): Dates {
  const name = `${locale} ${timeZone}`
  const known = made.get(name) ?? make(locale, timeZone)
  made.set(name, known)
  return known
}

/** Making a formatter takes longer than making a page. */
function make(locale: string, timeZone: string): Dates {
  const day = new Intl.DateTimeFormat(locale, { ...DAY, timeZone })
  const time = new Intl.DateTimeFormat(locale, { ...TIME, timeZone })
  const calendarDay = new Intl.DateTimeFormat(locale, { ...DAY, timeZone: 'UTC' })
  const zone = new Intl.DateTimeFormat(locale, { timeZoneName: 'longGeneric', timeZone })
  return {
    // Joined by hand: Vietnamese patterns put the time in front of the day.
    moment: (iso) => `${day.format(new Date(iso))}, ${time.format(new Date(iso))}`,
    day: (iso) => day.format(new Date(iso)),
    calendarDay: (date) => calendarDay.format(new Date(date)),
    zone: zone.formatToParts(0).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone,
  }
}
