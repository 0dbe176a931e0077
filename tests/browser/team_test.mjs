// The page for the team is one sheet of paper, however much was decided; it asks nobody for anything.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { openBrowser, openShop, plainShop, skipUnlessPossible } from './support.mjs'

skipUnlessPossible()

const sentence = 'Les bouteilles cassent en route et prennent une heure d’emballage sur cinq, pour une marge sur vingt. '
const lines = Array.from({ length: 8 }, (_, i) => `line-${i}: {}`).join(', ')
let shop
let browser
let folder

before(async () => {
  shop = await openShop({ shopText: plainShop + `activities: {${lines}}\n` })
  browser = await openBrowser()
  folder = mkdtempSync(path.join(tmpdir(), 'ecluse-team-'))
})
after(async () => {
  await browser?.close()
  await shop?.close()
  rmSync(folder, { recursive: true, force: true })
})

function decide(count, letters) {
  const text = sentence.repeat(5).slice(0, letters)
  for (let i = 0; i < count; i++) {
    const made = shop.run('decide', i % 2 ? '--stop' : '--keep', `line-${i}`, '--by', '2999-01-01', '--expect', 'profit_per_week=100',
      '--expect', 'hours_per_week=3', '--expect', 'kept_percent=98', '--because', text, '--say', text)
    assert.equal(made.status, 0, made.stderr)
  }
}

/** How many sheets it prints, and how far its text reaches beyond the sheet's width. */
async function printed(language) {
  const file = path.join(folder, 'team.html')
  const made = shop.run('decisions', '--team', file, '--lang', language)
  assert.equal(made.status, 0, made.stderr)
  const page = await browser.newPage()
  page.on('request', request => assert.ok(request.url().startsWith('file:'), request.url()))
  await page.goto(pathToFileURL(file).href)
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  const pdf = await page.pdf({ preferCSSPageSize: true })
  await page.close()
  return { sheets: pdf.toString('latin1').match(/\/Type \/Page\b/g).length, beyond }
}

for (const [count, letters] of [[0, 0], [1, 80], [5, 380]]) {
  test(`${count} more decisions of ${letters} letters`, async () => {
    decide(count, letters)
    for (const language of ['fr', 'en']) {
      assert.deepEqual(await printed(language), { sheets: 1, beyond: 0 })
    }
  })
}
