// The staff's pages in a browser without JavaScript: in by a link, a password, the two levers, a shift that moves dates, and out. And what
// a place in the line is promised, on the page of the waiting room.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { desktop, findFaults, openBrowser, openShop, openVisitor, phone, press, skipUnlessPossible } from './support.mjs'

skipUnlessPossible()

// One person makes four lamps an hour, day and night, and nothing is promised for later than the day after tomorrow.
const shopText = `
shop: {name: Atelier du Quai, currency: EUR, time_zone: Europe/Paris, locale: fr}
promise: {horizon_days: 60, max_days: 2}
site: {requests_per_second: 1, requests_per_visit: 10}
gate: {moment_offers: [lamp]}
moments: {show: {at: 2026-12-06T20:00, visitors: 200, conversion_rate: 100, baskets: {lamp: 1}}}
calendars: {always: {open: {mon-sun: "00:00-24:00"}}}
work_centers: {bench: {people: 1, calendar: always}}
items: {brass: {on_hand: 100000, unit_cost: 9.00}}
carriers: {van: {cut_off: "24:00", collects: mon-sun, transit_days: 0, delivers: mon-sun}}
offers:
  lamp: {name: {fr: "Lampe", en: "Lamp"}, price: 39.00, vat_rate: 20, carrier: van, items: {brass: 1},
         routing: [{work_center: bench, minutes: 15}]}
`
let behind
let browser

before(async () => {
  behind = createServer((request, response) => response.setHeader('Content-Type', 'text/html; charset=utf-8')
    .end('<!doctype html><html lang="fr"><title>Boutique</title><h1>La boutique derrière</h1><link rel="icon" href="data:,"></html>'))
  await new Promise(resolve => behind.listen(0, '127.0.0.1', resolve))
  browser = await openBrowser()
})
after(async () => {
  await browser?.close()
  behind?.closeAllConnections()
  behind?.close()
})

const words = {
  fr: { levers: 'Les deux leviers', paused: 'En pause', resume: 'Reprendre', recorded: 'Enregistré.', place: 'Quand viendra votre tour' },
  en: { levers: 'The two levers', paused: 'Paused', resume: 'Resume', recorded: 'Recorded.', place: 'When your turn comes' }
}
const looksGood = async page => assert.deepEqual(await findFaults(page), [], page.url())
const left = async page => Number((await page.innerText('table.demand tbody td:nth-of-type(2)')).replaceAll(/\D/g, ''))

for (const [language, viewport] of [['fr', phone], ['en', desktop]]) {
  test(`signing in, the levers, and what a place is promised, ${language}`, async () => {
    const shop = await openShop({ shopText, upstream: `http://127.0.0.1:${behind.address().port}` })
    const said = words[language]
    try {
      const staff = await openVisitor(browser, shop, { language, viewport })
      const { page } = staff
      staff.expectStatus(403)
      await page.goto('/ecluse/staff')
      assert.match(page.url(), /\/ecluse\/staff\/enter$/)
      await looksGood(page)
      await page.fill('#name', 'owner')
      await page.fill('#password', 'not this one')
      await press(page, 'button')
      await page.waitForSelector('[role=alert]')
      const { link } = JSON.parse(shop.run('staff', 'link', '--json').stdout)
      await page.goto(link)
      await looksGood(page)
      await press(page, 'button')
      await looksGood(page)
      await page.fill('#password', 'three boats at dawn')
      await press(page, 'button.buy')
      assert.equal(await page.innerText('h1'), said.levers)
      await looksGood(page)

      await press(page, 'button[value=pause]')
      assert.ok((await page.innerText('.stands')).includes(said.paused))
      assert.equal(await page.innerText('button[value=resume]'), said.resume)
      staff.expectStatus(422)
      await press(page, 'a[href="/ecluse/staff/gate"]')
      await looksGood(page)
      await page.fill('#rate', 'fast')
      await press(page, 'button.buy')
      await page.waitForSelector('[role=alert]')
      assert.equal(await page.inputValue('#rate'), 'fast')
      await looksGood(page)
      await page.fill('#rate', '0,5')
      await press(page, 'button.buy')
      assert.equal(await page.innerText('.figures div:last-child dd'), { fr: '0,5', en: '0.5' }[language])
      await looksGood(page)
      await page.goto('/ecluse/staff/gate')
      await page.fill('#rate', '')
      await press(page, 'button.buy')
      const before = await left(page)
      assert.ok(before > 0, `${before} left`)
      await page.goto('/ecluse/staff/change')
      await looksGood(page)
      await page.fill('#count-quantity', 'many')
      await press(page, '#count-quantity >> xpath=ancestor::form >> button')
      await page.waitForSelector('[role=alert]')
      assert.equal(await page.inputValue('#count-quantity'), 'many')
      await looksGood(page)
      const day = await page.inputValue('#from')
      await page.fill('#to', new Date(Date.parse(day) + 3 * 86400000).toISOString().slice(0, 10))
      await press(page, '#to >> xpath=ancestor::form >> button')
      assert.ok((await page.innerText('[role=status]')).includes(said.recorded))
      await looksGood(page)
      let now = before
      for (let i = 0; i < 40 && now < 1.5 * before; i++) { // what is shown is at most two seconds old
        await page.waitForTimeout(250)
        await page.goto('/ecluse/staff')
        now = await left(page)
      }
      assert.ok(now > 1.5 * before, `twice the hands: ${before} left, then ${now}`)

      const visitor = await openVisitor(browser, shop, { language, viewport })
      visitor.expectStatus(503)
      for (let i = 0; i < 40 && await visitor.page.locator('.from-place').count() === 0; i++) {
        await visitor.page.goto('/')
        await visitor.page.waitForTimeout(250)
      }
      assert.ok((await visitor.page.innerText('.from-place')).includes(said.place))
      await looksGood(visitor.page)
      await visitor.done()

      await press(page, '.who button')
      await page.goto('/ecluse/staff')
      assert.match(page.url(), /\/ecluse\/staff\/enter$/)
      await staff.done()
    } finally {
      await shop.close()
    }
  })
}
