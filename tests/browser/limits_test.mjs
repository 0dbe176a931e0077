// Who asks too often: a visitor who reloads the waiting room's page again and again reads that it was too often, keeps the place, and is
// in the shop without another click.
import assert from 'node:assert/strict'
import http from 'node:http'
import { after, before, test } from 'node:test'
import { findFaults, openBrowser, openShop, openVisitor, plainShop, skipUnlessPossible } from './support.mjs'

skipUnlessPossible()

let behind
let shop
let browser

before(async () => {
  const page = '<!doctype html><html lang="fr"><title>Boutique</title><link rel="icon" href="data:,"><h1>la boutique</h1>'
  behind = http.createServer((request, reply) => {
    reply.setHeader('Content-Type', 'text/html; charset=utf-8')
    reply.end(page)
  })
  await new Promise(resolve => behind.listen(0, '127.0.0.1', resolve))
  shop = await openShop({
    shopText: plainShop + 'site: {requests_per_second: 20, requests_per_visit: 10}\n',
    upstream: `http://127.0.0.1:${behind.address().port}`
  })
  browser = await openBrowser()
})
after(async () => {
  await browser?.close()
  await shop?.close()
  behind?.close()
  behind?.closeAllConnections()
})

for (const [language, title] of [['fr', 'Trop de demandes'], ['en', 'Too many requests']]) {
  test(`reloading in ${language}`, async () => {
    assert.equal(shop.run('gate', '--pause').status, 0)
    const visitor = await openVisitor(browser, shop, { language, from: '203.0.113.20' })
    visitor.expectStatus(429)
    visitor.expectStatus(503) // pictures of the shop behind are not for who waits
    await visitor.page.goto('/')
    const ticket = (await visitor.context.cookies()).find(cookie => cookie.name === 'ecluse_ticket').value
    // What was asked too much is paid off by time, and a slow machine reloads slowly: others of this visitor's ask meanwhile.
    let reply
    for (let reloads = 0; reloads < 20 && reply?.status() !== 429; reloads++) {
      await Promise.all(Array.from({ length: 12 }, () => visitor.context.request.get(visitor.page.url())))
      reply = await visitor.page.reload()
    }
    assert.equal(reply.status(), 429)
    assert.match(await visitor.page.innerText('main'), new RegExp(title))
    assert.deepEqual(await findFaults(visitor.page), [])
    assert.equal((await visitor.context.cookies()).find(cookie => cookie.name === 'ecluse_ticket').value.slice(0, 46), ticket.slice(0, 46))
    // Somebody else at the same address is not concerned.
    const other = await openVisitor(browser, shop, { language, from: '203.0.113.20' })
    other.expectStatus(503)
    assert.equal((await other.page.goto('/')).status(), 200)
    assert.equal(shop.run('gate', '--resume').status, 0)
    // By itself: the page tries again after 15 seconds, and the waiting room it then is in asks for its turn some seconds later.
    await visitor.page.waitForSelector('h1:text("la boutique")', { timeout: 60000 })
    await visitor.done()
    await other.done()
  })
}
