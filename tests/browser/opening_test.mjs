// An announced opening in a browser without JavaScript: the page says when, renews itself, and leads on when it opens; it shows the draw's hash
// before and its seed after. And giving up one's place.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { desktop, findFaults, openBrowser, openShop, openVisitor, phone, plainShop, press, skipUnlessPossible } from './support.mjs'

skipUnlessPossible()

const site = '\nsite: {requests_per_second: 200, requests_per_visit: 10}\ngate: {order: draw}\n'
const page = '<!doctype html><html lang="fr"><title>Boutique</title><h1>La boutique derrière</h1><link rel="icon" href="data:,"></html>'
let behind
let browser

before(async () => {
  behind = createServer((request, response) => response.setHeader('Content-Type', 'text/html; charset=utf-8').end(page))
  await new Promise(resolve => behind.listen(0, '127.0.0.1', resolve))
  browser = await openBrowser()
})
after(async () => {
  await browser?.close()
  behind?.closeAllConnections()
  behind?.close()
})

const upstream = () => ['--upstream', `http://127.0.0.1:${behind.address().port}`]
const mainOf = async visited => (await visited.innerText('main')).replaceAll('\u00a0', ' ').replaceAll('\u202f', ' ')
const looksGood = async visited => assert.deepEqual(await findFaults(visited), [], visited.url())

for (const [language, viewport] of [['fr', phone], ['en', desktop]]) {
  test(`the page opens at the moment by itself, ${language}`, async () => {
    const at = new Date(Date.now() + 7000)
    const moment = `moments: {drop: {at: "${at.toISOString().slice(0, 19)}Z", visitors: 10, closes_before_minutes: 5}}\n`
    const shop = await openShop({ shopText: plainShop + site + moment, more: upstream() })
    try {
      const visitor = await openVisitor(browser, shop, { language, viewport })
      visitor.expectStatus(503) // /favicon.ico is the shop's behind
      await visitor.page.goto('/')
      await looksGood(visitor.page)
      const shown = await mainOf(visitor.page)
      const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'Europe/Paris' }).format(at)
      assert.ok(shown.includes(language === 'fr' ? 'La boutique ouvre le ' : 'The shop opens on '), shown)
      assert.ok(shown.includes(day) || language === 'fr', shown)
      assert.ok(shown.includes(language === 'fr' ? 'tirage au sort' : 'take part in a draw'), shown)
      await visitor.page.reload()
      const hash = await visitor.page.innerText('.proof code')
      assert.match(hash, /^[0-9a-f]{64}$/)
      await visitor.page.waitForSelector('text=La boutique derrière', { timeout: 15000 })
      assert.ok(Date.now() >= at.getTime() - 1000, 'not before')
      assert.ok(Date.now() < at.getTime() + 5000, 'not long after')
      const opening = await (await fetch(`${shop.address}/ecluse/api/v1/opening`)).json()
      assert.equal(createHash('sha256').update(opening.seed).digest('hex'), hash)
      await visitor.done()
    } finally {
      await shop.close()
    }
  })
}

test('who gives the place up reads so, and may queue again', async () => {
  const shop = await openShop({ shopText: plainShop + site, more: upstream() })
  try {
    assert.equal(shop.run('gate', '--close').status, 0)
    const visitor = await openVisitor(browser, shop, { language: 'en', viewport: phone })
    visitor.expectStatus(503)
    await visitor.page.goto('/')
    assert.match(await mainOf(visitor.page), /Your number: 1\b/)
    await press(visitor.page, 'form[action="/ecluse/queue/leave"] button')
    await looksGood(visitor.page)
    assert.match(await mainOf(visitor.page), /You have left the queue/)
    assert.deepEqual((await visitor.context.cookies()).filter(cookie => cookie.name === 'ecluse_ticket'), [])
    await press(visitor.page, 'main a')
    assert.match(await mainOf(visitor.page), /Your number: 2\b/)
    await visitor.done()
  } finally {
    await shop.close()
  }
})
