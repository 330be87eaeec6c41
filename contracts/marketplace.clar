;; Title: marketplace
;; Summary: Offers of energy for a coming hour, listed on chain or signed off chain, and the trades that take them.
;; Depends-On: governance-dao, user-registry, reputation-system, trade-escrow
;;
;; Decides who may trade what, when, and at what price; trade-escrow then takes the money and keeps limits and promises.
;; Cell and source of an offer are those of the seller's registry row. Energy in Wh, prices in microSTX per kWh, time in
;; unix seconds, slot = floor(time / 3600). cost = ceil(wh x price / 1000); both fees come on top of it.

;; ---------------------------------------------------------------- errors

;; The caller is not the seller of this offer.
(define-constant ERR-NOT-SELLER (err u3000))
;; A call that takes money must come from the wallet itself, not through another contract.
(define-constant ERR-INDIRECT-CALL (err u3001))
;; The amount is below the minimum of the market or of the offer.
(define-constant ERR-TOO-SMALL (err u3100))
;; The price is zero.
(define-constant ERR-ZERO-PRICE (err u3101))
;; The price is below the floor or above the ceiling.
(define-constant ERR-PRICE-BOUNDS (err u3102))
;; A price mode is 0 (fixed) or 1 (linear).
(define-constant ERR-MODE (err u3103))
;; The smallest part must be above zero and at most the whole.
(define-constant ERR-MIN-WH (err u3104))
;; The amount is more than the certified peak power gives in an hour.
(define-constant ERR-OVER-PEAK (err u3105))
;; The amount is more than what is left.
(define-constant ERR-TOO-MUCH (err u3106))
;; The total is above what the buyer agreed to pay.
(define-constant ERR-MAX-TOTAL (err u3107))
;; The offer has been changed since.
(define-constant ERR-REVISION (err u3108))
;; Nobody can buy from itself.
(define-constant ERR-SELF-TRADE (err u3109))
;; There is no offer with this number.
(define-constant ERR-UNKNOWN-OFFER (err u3200))
;; The offer is filled or cancelled.
(define-constant ERR-OFFER-NOT-OPEN (err u3201))
;; The seller is not registered.
(define-constant ERR-UNKNOWN-SELLER (err u3202))
;; The buyer is not registered.
(define-constant ERR-UNKNOWN-BUYER (err u3203))
;; The seller is not a verified, certified and active producer.
(define-constant ERR-SELLER-NOT-CERTIFIED (err u3204))
;; The buyer is not a verified and active consumer.
(define-constant ERR-BUYER-NOT-VERIFIED (err u3205))
;; This is paused.
(define-constant ERR-PAUSED (err u3206))
;; The maker has cancelled this signed order.
(define-constant ERR-SIGNED-CANCELLED (err u3207))
;; The maker has cancelled all signed orders below a higher nonce.
(define-constant ERR-NONCE-FLOOR (err u3208))
;; There is no trade with this number.
(define-constant ERR-UNKNOWN-TRADE (err u3209))
;; The trade is not cancelled.
(define-constant ERR-NOT-CANCELLED (err u3210))
;; The energy of this trade has been released already.
(define-constant ERR-RELEASED (err u3211))
;; The offer has been cancelled or changed since the trade, so its energy does not come back.
(define-constant ERR-NOT-RELEASABLE (err u3212))
;; Trading in this slot has not begun.
(define-constant ERR-GATE-NOT-OPEN (err u3300))
;; The gate of the slot is closed.
(define-constant ERR-GATE-CLOSED (err u3301))
;; The offer has expired.
(define-constant ERR-EXPIRED (err u3302))
;; The expiry must be in the future and not after the slot's start.
(define-constant ERR-EXPIRY (err u3303))
;; The slot is too far in the future.
(define-constant ERR-TOO-FAR (err u3304))
;; The signature is malformed, has a high S, or is not by the maker over this order.
(define-constant ERR-SIGNATURE (err u3500))

;; ---------------------------------------------------------------- constants

(define-constant BPS u10000)
;; A batch names the row that failed: row x ROW + code.
(define-constant ROW u10000)
(define-constant SLOT-SECONDS u3600)
(define-constant MAX-SLOT u1000000000000)
(define-constant WH-PER-KWH u1000)
;; Offers may be listed up to 31 days ahead.
(define-constant HORIZON u2678400)

(define-constant PAUSE-LISTING u2)
(define-constant PAUSE-TRADING u4)

;; Bits of a registry row: consumer 1, producer 2, verified 4, certified 8, inactive 16.
(define-constant SELLER-MASK u30)
(define-constant SELLER-BITS u14)
(define-constant BUYER-MASK u21)
(define-constant BUYER-BITS u5)

;; H3 cells of resolution 7; without their last 30 bits they name the parent at resolution 5.
(define-constant DISTRICT-SHIFT u30)

(define-constant MODE-FIXED u0)
(define-constant MODE-LINEAR u1)

(define-constant OFFER-OPEN u0)
(define-constant OFFER-FILLED u1)
(define-constant OFFER-CANCELLED u2)

;; Where a trade comes from; `ref` is then the offer's number or the maker's nonce.
(define-constant ORIGIN-LISTED u0)
(define-constant ORIGIN-SIGNED u1)

;; trade-escrow's status of a cancelled trade.
(define-constant TRADE-CANCELLED u4)

;; SIP-018. Contract and purpose are part of the domain: a signature for one message is worth nothing for any other.
(define-constant PREFIX 0x534950303138)
(define-constant DOMAIN-OFFER (sha256 (unwrap-panic (to-consensus-buff? {
  name: "wattconnect",
  version: "1",
  chain-id: chain-id,
  contract: current-contract,
  purpose: "offer",
}))))
;; Half of the order of secp256k1: the larger S of the two that sign the same message is refused.
(define-constant MAX-S 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0)

(define-constant NOT-FILLED {
  wh: u0,
  cancelled: false,
})

;; ---------------------------------------------------------------- vars

(define-data-var last-offer uint u0)

;; ---------------------------------------------------------------- maps

;; A linear price runs from `price` at `updated-at` to `end-price` at `expiry`.
(define-map offers
  uint
  {
    seller: principal,
    slot: uint,
    wh: uint,
    min-wh: uint,
    mode: uint,
    price: uint,
    end-price: uint,
    expiry: uint,
    remaining: uint,
    revision: uint,
    status: uint,
    at: uint,
    updated-at: uint,
  }
)
;; How much of a signed order has been taken. Both sides of a nonce share it: one nonce is one amount, offer or bid.
(define-map filled
  {
    maker: principal,
    nonce: uint,
  }
  {
    wh: uint,
    cancelled: bool,
  }
)
;; Cancelled trades whose energy has gone back to where it was taken from.
(define-map released
  uint
  bool
)

;; ---------------------------------------------------------------- read-only

;; The offer, and its price right now.
(define-read-only (get-offer-details (id uint))
  (match (map-get? offers id)
    offer (some (merge offer { current-price: (price-at offer stacks-block-time) }))
    none
  )
)

(define-read-only (get-offer-count)
  (var-get last-offer)
)

;; Wh taken of a signed order, and whether its maker cancelled it.
(define-read-only (get-filled
    (maker principal)
    (nonce uint)
  )
  (default-to NOT-FILLED
    (map-get? filled {
      maker: maker,
      nonce: nonce,
    })
  )
)

(define-read-only (is-released (trade uint))
  (default-to false (map-get? released trade))
)

;; What `buyer` would pay now for `wh` of an offer: the energy, the commission, the wires, and all together.
(define-read-only (quote
    (id uint)
    (wh uint)
    (buyer principal)
  )
  (let ((offer (unwrap! (map-get? offers id) ERR-UNKNOWN-OFFER)))
    (asserts! (<= wh (get remaining offer)) ERR-TOO-MUCH)
    (quote-price (get seller offer) buyer wh
      (price-at offer stacks-block-time)
    )
  )
)

;; The same for a signed order.
(define-read-only (quote-signed
    (order {
      maker: principal,
      slot: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (wh uint)
    (buyer principal)
  )
  (begin
    (asserts! (<= wh (get wh order)) ERR-TOO-MUCH)
    (quote-price (get maker order) buyer wh (get price order))
  )
)

;; What a maker in `cell` signs to offer energy. `asset` is none: payment in STX.
(define-read-only (get-offer-hash
    (order {
      maker: principal,
      slot: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (cell uint)
  )
  (order-hash DOMAIN-OFFER order cell)
)

;; ---------------------------------------------------------------- checks

;; The wallet that pays has called this contract itself: no other contract can spend in its name.
(define-private (check-wallet)
  (ok (asserts! (is-eq tx-sender contract-caller) ERR-INDIRECT-CALL))
)

(define-private (check-seller (household (optional {
  bits: uint,
  cell: uint,
  capacity-wh: uint,
  peak-w: uint,
  nonce-floor: uint,
  meter: uint,
})))
  (let ((row (unwrap! household ERR-UNKNOWN-SELLER)))
    (asserts! (is-eq (bit-and (get bits row) SELLER-MASK) SELLER-BITS)
      ERR-SELLER-NOT-CERTIFIED
    )
    (ok row)
  )
)

(define-private (check-buyer (household (optional {
  bits: uint,
  cell: uint,
  capacity-wh: uint,
  peak-w: uint,
  nonce-floor: uint,
  meter: uint,
})))
  (let ((row (unwrap! household ERR-UNKNOWN-BUYER)))
    (asserts! (is-eq (bit-and (get bits row) BUYER-MASK) BUYER-BITS)
      ERR-BUYER-NOT-VERIFIED
    )
    (ok row)
  )
)

(define-private (check-price
    (price uint)
    (floor uint)
    (ceiling uint)
  )
  (begin
    (asserts! (> price u0) ERR-ZERO-PRICE)
    (ok (asserts! (and (>= price floor) (<= price ceiling)) ERR-PRICE-BOUNDS))
  )
)

;; Everything that a listing must be, whether new or changed.
(define-private (check-listing
    (row {
      slot: uint,
      wh: uint,
      min-wh: uint,
      mode: uint,
      price: uint,
      end-price: uint,
      expiry: uint,
    })
    (rules {
      now: uint,
      price-floor: uint,
      price-ceiling: uint,
      min-wh: uint,
      gate-closure: uint,
      peak-w: uint,
      cell: uint,
    })
  )
  (let (
      (now (get now rules))
      (start (start-of (get slot row)))
    )
    (asserts! (<= (get mode row) MODE-LINEAR) ERR-MODE)
    (try! (check-price (get price row) (get price-floor rules)
      (get price-ceiling rules)
    ))
    (try! (check-price (get end-price row) (get price-floor rules)
      (get price-ceiling rules)
    ))
    (asserts! (>= (get wh row) (get min-wh rules)) ERR-TOO-SMALL)
    (asserts!
      (and (> (get min-wh row) u0) (<= (get min-wh row) (get wh row)))
      ERR-MIN-WH
    )
    ;; Peak power for an hour: W x 1 h = Wh.
    (asserts! (<= (get wh row) (get peak-w rules)) ERR-OVER-PEAK)
    (asserts! (< (+ now (get gate-closure rules)) start) ERR-GATE-CLOSED)
    (asserts! (<= start (+ now HORIZON)) ERR-TOO-FAR)
    (ok (asserts! (and (< now (get expiry row)) (<= (get expiry row) start))
      ERR-EXPIRY
    ))
  )
)

;; ---------------------------------------------------------------- user functions: offers

;; Lists energy for one slot. mode 0: fixed price; mode 1: from price to end-price over the offer's life.
(define-public (create-offer
    (slot uint)
    (wh uint)
    (min-wh uint)
    (mode uint)
    (price uint)
    (end-price uint)
    (expiry uint)
  )
  (let (
      (id (+ (var-get last-offer) u1))
      (rules (try! (listing-rules)))
    )
    (var-set last-offer id)
    (list-offer id {
      slot: slot,
      wh: wh,
      min-wh: min-wh,
      mode: mode,
      price: price,
      end-price: end-price,
      expiry: expiry,
    }
      rules
    )
  )
)

;; Lists up to 24 offers at once, such as one for every hour of a day.
(define-public (create-offers (rows (list 24 {
  slot: uint,
  wh: uint,
  min-wh: uint,
  mode: uint,
  price: uint,
  end-price: uint,
  expiry: uint,
})))
  (let ((done (try! (fold list-row rows
      (ok {
        id: (var-get last-offer),
        row: u0,
        rules: (try! (listing-rules)),
        ids: (list),
      })
    ))))
    (var-set last-offer (get id done))
    (ok { ids: (get ids done) })
  )
)

;; Changes an offer. `revision` is the one that the seller saw; `wh` is what is on offer from now on.
(define-public (update-offer
    (id uint)
    (revision uint)
    (wh uint)
    (price uint)
    (end-price uint)
    (expiry uint)
  )
  (let ((offer (unwrap! (map-get? offers id) ERR-UNKNOWN-OFFER)))
    (asserts! (is-eq contract-caller (get seller offer)) ERR-NOT-SELLER)
    (asserts! (is-eq (get status offer) OFFER-OPEN) ERR-OFFER-NOT-OPEN)
    (asserts! (is-eq revision (get revision offer)) ERR-REVISION)
    (let (
        (rules (try! (listing-rules)))
        (last-price (end-price-of (get mode offer) price end-price))
        (result {
          id: id,
          revision: (+ revision u1),
          wh: wh,
          price: price,
          end-price: last-price,
          expiry: expiry,
        })
      )
      (try! (check-listing {
        slot: (get slot offer),
        wh: wh,
        min-wh: (get min-wh offer),
        mode: (get mode offer),
        price: price,
        end-price: last-price,
        expiry: expiry,
      }
        rules
      ))
      (map-set offers id
        (merge offer {
          wh: wh,
          remaining: wh,
          price: price,
          end-price: last-price,
          expiry: expiry,
          revision: (+ revision u1),
          updated-at: (get now rules),
        })
      )
      ;; @event offer-updated { id: uint, revision: uint, wh: uint, price: uint, end-price: uint, expiry: uint }
      (print (merge { topic: "offer-updated" } result))
      (ok result)
    )
  )
)

;; Takes an offer off the market. Trades made from it stand. Cannot be paused.
(define-public (cancel-offer (id uint))
  (let (
      (offer (unwrap! (map-get? offers id) ERR-UNKNOWN-OFFER))
      (result { id: id })
    )
    (asserts! (is-eq contract-caller (get seller offer)) ERR-NOT-SELLER)
    (asserts! (is-eq (get status offer) OFFER-OPEN) ERR-OFFER-NOT-OPEN)
    (map-set offers id
      (merge offer {
        remaining: u0,
        status: OFFER-CANCELLED,
      })
    )
    ;; @event offer-cancelled { id: uint }
    (print (merge { topic: "offer-cancelled" } result))
    (ok result)
  )
)

;; Makes a signed order of the caller worthless. Cannot be paused.
(define-public (cancel-signed (nonce uint))
  (let (
      (before (get-filled contract-caller nonce))
      (result {
        maker: contract-caller,
        nonce: nonce,
      })
    )
    (asserts! (not (get cancelled before)) ERR-SIGNED-CANCELLED)
    (map-set filled result (merge before { cancelled: true }))
    ;; @event signed-cancelled { maker: principal, nonce: uint }
    (print (merge { topic: "signed-cancelled" } result))
    (ok result)
  )
)

;; ---------------------------------------------------------------- user functions: trades

;; Buys `wh` of a listed offer as it was at `revision`, for at most `max-total` with both fees.
(define-public (accept-offer
    (id uint)
    (revision uint)
    (wh uint)
    (max-total uint)
  )
  (let (
      (now stacks-block-time)
      (offer (unwrap! (map-get? offers id) ERR-UNKNOWN-OFFER))
    )
    (try! (check-wallet))
    (asserts! (is-eq (get status offer) OFFER-OPEN) ERR-OFFER-NOT-OPEN)
    (asserts! (is-eq revision (get revision offer)) ERR-REVISION)
    (asserts! (< now (get expiry offer)) ERR-EXPIRED)
    (asserts! (>= wh (get min-wh offer)) ERR-TOO-SMALL)
    (asserts! (<= wh (get remaining offer)) ERR-TOO-MUCH)
    (let (
        (remaining (- (get remaining offer) wh))
        (trade (try! (buy {
          seller: (get seller offer),
          slot: (get slot offer),
          wh: wh,
          price: (price-at offer now),
          max-total: max-total,
          origin: ORIGIN-LISTED,
          ref: id,
        }
          none now
        )))
        (result {
          id: id,
          trade: trade,
          buyer: contract-caller,
          wh: wh,
          remaining: remaining,
        })
      )
      (map-set offers id
        (merge offer {
          remaining: remaining,
          status: (if (is-eq remaining u0)
            OFFER-FILLED
            OFFER-OPEN
          ),
        })
      )
      ;; @event offer-accepted { id: uint, trade: uint, buyer: principal, wh: uint, remaining: uint }
      (print (merge { topic: "offer-accepted" } result))
      (ok result)
    )
  )
)

;; Buys `wh` of an order that its maker signed off chain, for at most `max-total` with both fees.
(define-public (fill-signed-offer
    (order {
      maker: principal,
      slot: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (signature (buff 65))
    (wh uint)
    (max-total uint)
  )
  (let (
      (now stacks-block-time)
      (maker (get maker order))
      (nonce (get nonce order))
      (wallet (try! (check-wallet)))
      (taken (try! (take-signed order wh now)))
      (trade (try! (buy {
        seller: maker,
        slot: (get slot order),
        wh: wh,
        price: (get price order),
        max-total: max-total,
        origin: ORIGIN-SIGNED,
        ref: nonce,
      }
        (some {
          order: order,
          signature: signature,
        })
        now
      )))
      (result {
        maker: maker,
        nonce: nonce,
        filled: taken,
        wh: wh,
        trade: trade,
        buyer: contract-caller,
      })
    )
    ;; @event signed-filled { maker: principal, nonce: uint, filled: uint, wh: uint, trade: uint, buyer: principal }
    (print (merge { topic: "signed-filled" } result))
    (ok result)
  )
)

;; Cancels a trade of the caller in escrow, and gives its energy back to the offer or order in the same step.
(define-public (cancel-trade (id uint))
  (let (
      (cancelled (try! (contract-call? .trade-escrow cancel-for id contract-caller)))
      ;; The buyer's way out must not depend on what became of the offer.
      (back (match (release id)
        done
        true
        code
        false
      ))
    )
    (ok (merge cancelled { released: back }))
  )
)

;; Gives the energy of a trade that was cancelled in escrow directly back to its offer or order. Anybody may call it.
(define-public (release-cancelled (id uint))
  (release id)
)

;; ---------------------------------------------------------------- helpers

(define-private (end-price-of
    (mode uint)
    (price uint)
    (end-price uint)
  )
  (if (is-eq mode MODE-FIXED)
    price
    end-price
  )
)

;; When a slot starts. A number beyond all time stays beyond all time, rather than overflowing.
(define-private (start-of (slot uint))
  (* (if (< slot MAX-SLOT)
    slot
    MAX-SLOT
  )
    SLOT-SECONDS
  )
)

;; The price per kWh at a moment; the change so far is rounded down.
(define-private (price-at
    (offer {
      seller: principal,
      slot: uint,
      wh: uint,
      min-wh: uint,
      mode: uint,
      price: uint,
      end-price: uint,
      expiry: uint,
      remaining: uint,
      revision: uint,
      status: uint,
      at: uint,
      updated-at: uint,
    })
    (now uint)
  )
  (let (
      (from (get price offer))
      (to (get end-price offer))
      (span (- (get expiry offer) (get updated-at offer)))
      (elapsed (if (< now (get expiry offer))
        (- now (get updated-at offer))
        span
      ))
    )
    (if (>= to from)
      (+ from (/ (* (- to from) elapsed) span))
      (- from (/ (* (- from to) elapsed) span))
    )
  )
)

;; For the buyer: rounded up.
(define-private (cost-of
    (wh uint)
    (price uint)
  )
  (/ (+ (* wh price) (- WH-PER-KWH u1)) WH-PER-KWH)
)

;; Commission and grid fee in one number. Energy that stays in the cell or in the district uses less of the grid.
(define-private (terms-of
    (commission-bps uint)
    (grid-bps-cell uint)
    (grid-bps-district uint)
    (grid-bps-far uint)
    (seller-cell uint)
    (buyer-cell uint)
  )
  (+ commission-bps
    (* BPS
      (if (is-eq seller-cell buyer-cell)
        grid-bps-cell
        (if (is-eq (bit-shift-right seller-cell DISTRICT-SHIFT)
          (bit-shift-right buyer-cell DISTRICT-SHIFT)
        )
          grid-bps-district
          grid-bps-far
        )
      )))
)

(define-private (quote-price
    (seller principal)
    (buyer principal)
    (wh uint)
    (price uint)
  )
  (let (
      (parameters (contract-call? .governance-dao get-parameters))
      (pair (contract-call? .user-registry get-pair {
        seller: seller,
        buyer: buyer,
      }))
      (cost (cost-of wh price))
    )
    (ok (merge {
      price: price,
      cost: cost,
    }
      (contract-call? .trade-escrow get-total cost
        (terms-of (get commission-bps parameters) (get grid-bps-cell parameters)
          (get grid-bps-district parameters) (get grid-bps-far parameters)
          (get cell (unwrap! (get seller pair) ERR-UNKNOWN-SELLER))
          (get cell (unwrap! (get buyer pair) ERR-UNKNOWN-BUYER))
        ))
    ))
  )
)

(define-private (order-hash
    (domain (buff 32))
    (order {
      maker: principal,
      slot: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (cell uint)
  )
  (sha256 (concat (concat PREFIX domain)
    (sha256 (default-to 0x
      (to-consensus-buff? (merge order {
        asset: none,
        cell: cell,
      }))
    ))
  ))
)

(define-private (is-signed-by
    (who principal)
    (hash (buff 32))
    (signature (buff 65))
  )
  (and
    (is-eq (len signature) u65)
    (<= (default-to 0xff (slice? signature u32 u64)) MAX-S)
    (match (secp256k1-recover? hash signature)
      key (is-eq (ok who) (principal-of? key))
      code
      false
    )
  )
)

;; The rules for the caller's listings, if it may list now.
(define-private (listing-rules)
  (let (
      (parameters (contract-call? .governance-dao get-parameters))
      (seller (try! (check-seller (contract-call? .user-registry get-user contract-caller))))
    )
    (asserts! (is-eq (bit-and (get paused parameters) PAUSE-LISTING) u0)
      ERR-PAUSED
    )
    (ok {
      now: stacks-block-time,
      price-floor: (get price-floor parameters),
      price-ceiling: (get price-ceiling parameters),
      min-wh: (get min-wh parameters),
      gate-closure: (get gate-closure parameters),
      peak-w: (get peak-w seller),
      cell: (get cell seller),
    })
  )
)

(define-private (list-offer
    (id uint)
    (wanted {
      slot: uint,
      wh: uint,
      min-wh: uint,
      mode: uint,
      price: uint,
      end-price: uint,
      expiry: uint,
    })
    (rules {
      now: uint,
      price-floor: uint,
      price-ceiling: uint,
      min-wh: uint,
      gate-closure: uint,
      peak-w: uint,
      cell: uint,
    })
  )
  (let (
      (now (get now rules))
      (row (merge wanted { end-price: (end-price-of (get mode wanted) (get price wanted) (get end-price wanted)) }))
      (result (merge row {
        id: id,
        seller: contract-caller,
        cell: (get cell rules),
        at: now,
      }))
    )
    (try! (check-listing row rules))
    (map-set offers id
      (merge row {
        seller: contract-caller,
        remaining: (get wh row),
        revision: u1,
        status: OFFER-OPEN,
        at: now,
        updated-at: now,
      })
    )
    ;; @event offer-created { id: uint, seller: principal, slot: uint, wh: uint, min-wh: uint, mode: uint, price: uint,
    ;;   end-price: uint, cell: uint, expiry: uint, at: uint }
    (print (merge { topic: "offer-created" } result))
    (ok result)
  )
)

(define-private (list-row
    (wanted {
      slot: uint,
      wh: uint,
      min-wh: uint,
      mode: uint,
      price: uint,
      end-price: uint,
      expiry: uint,
    })
    (state (response {
      id: uint,
      row: uint,
      rules: {
        now: uint,
        price-floor: uint,
        price-ceiling: uint,
        min-wh: uint,
        gate-closure: uint,
        peak-w: uint,
        cell: uint,
      },
      ids: (list 24 uint),
    }
      uint
    ))
  )
  (let (
      (batch (try! state))
      (id (+ (get id batch) u1))
    )
    (match (list-offer id wanted (get rules batch))
      done (ok (merge batch {
        id: id,
        row: (+ (get row batch) u1),
        ids: (default-to (get ids batch) (as-max-len? (append (get ids batch) id) u24)),
      }))
      code (err (+ (* (get row batch) ROW) code))
    )
  )
)

;; Marks `wh` of a signed order as taken and returns how much of it is taken by now.
(define-private (take-signed
    (order {
      maker: principal,
      slot: uint,
      wh: uint,
      min-wh: uint,
      price: uint,
      nonce: uint,
      expiry: uint,
    })
    (wh uint)
    (now uint)
  )
  (let (
      (key {
        maker: (get maker order),
        nonce: (get nonce order),
      })
      (before (default-to NOT-FILLED (map-get? filled key)))
      (taken (get wh before))
    )
    (asserts! (not (get cancelled before)) ERR-SIGNED-CANCELLED)
    (asserts! (< now (get expiry order)) ERR-EXPIRED)
    (asserts! (>= wh (get min-wh order)) ERR-TOO-SMALL)
    (asserts!
      (and (<= taken (get wh order)) (<= wh (- (get wh order) taken)))
      ERR-TOO-MUCH
    )
    (map-set filled key (merge before { wh: (+ taken wh) }))
    (ok (+ taken wh))
  )
)

;; The one way into escrow: gates of both sides and of the slot, then price, signature and money.
(define-private (buy
    (deal {
      seller: principal,
      slot: uint,
      wh: uint,
      price: uint,
      max-total: uint,
      origin: uint,
      ref: uint,
    })
    (signed (optional {
      order: {
        maker: principal,
        slot: uint,
        wh: uint,
        min-wh: uint,
        price: uint,
        nonce: uint,
        expiry: uint,
      },
      signature: (buff 65),
    }))
    (now uint)
  )
  (let (
      (buyer contract-caller)
      (parameters (contract-call? .governance-dao get-parameters))
      (pair (contract-call? .user-registry get-pair {
        seller: (get seller deal),
        buyer: buyer,
      }))
      (seller-row (try! (check-seller (get seller pair))))
      (buyer-row (try! (check-buyer (get buyer pair))))
      (start (start-of (get slot deal)))
    )
    (asserts! (is-eq (bit-and (get paused parameters) PAUSE-TRADING) u0)
      ERR-PAUSED
    )
    (asserts! (not (is-eq (get seller deal) buyer)) ERR-SELF-TRADE)
    (asserts! (>= (get wh deal) (get min-wh parameters)) ERR-TOO-SMALL)
    (asserts! (<= (get wh deal) (get peak-w seller-row)) ERR-OVER-PEAK)
    (asserts! (>= (+ now (get gate-opening parameters)) start) ERR-GATE-NOT-OPEN)
    (asserts! (< (+ now (get gate-closure parameters)) start) ERR-GATE-CLOSED)
    ;; A listed price was within the bounds when it was listed; a signed one has to be so now.
    (match signed
      intent (begin
        (asserts! (>= (get ref deal) (get nonce-floor seller-row))
          ERR-NONCE-FLOOR
        )
        (try! (check-price (get price deal) (get price-floor parameters)
          (get price-ceiling parameters)
        ))
        (asserts!
          (is-signed-by (get seller deal)
            (order-hash DOMAIN-OFFER (get order intent) (get cell seller-row))
            (get signature intent)
          )
          ERR-SIGNATURE
        )
      )
      true
    )
    (let (
        (limits (contract-call? .reputation-system limits {
          seller: (get seller deal),
          seller-capacity-wh: (get capacity-wh seller-row),
          buyer: buyer,
          buyer-capacity-wh: (get capacity-wh buyer-row),
          default-limit-wh: (get default-limit-wh parameters),
        }))
        (trade (try! (contract-call? .trade-escrow open-direct {
          seller: (get seller deal),
          buyer: buyer,
          wh: (get wh deal),
          cost: (cost-of (get wh deal) (get price deal)),
          slot: (get slot deal),
          pv: (get v parameters),
          terms: (terms-of (get commission-bps parameters) (get grid-bps-cell parameters)
            (get grid-bps-district parameters) (get grid-bps-far parameters)
            (get cell seller-row) (get cell buyer-row)
          ),
          origin: (get origin deal),
          ref: (get ref deal),
          seller-limit: (get seller limits),
          buyer-limit: (get buyer limits),
          peak-w: (get peak-w seller-row),
        }
          now
        )))
      )
      ;; What escrow has locked is what counts; above the buyer's limit all of it is undone.
      (asserts! (<= (get locked trade) (get max-total deal)) ERR-MAX-TOTAL)
      (ok (get id trade))
    )
  )
)

;; Nothing is changed when it fails.
(define-private (release (id uint))
  (let ((trade (unwrap! (contract-call? .trade-escrow get-trade id) ERR-UNKNOWN-TRADE)))
    (asserts! (is-eq (get status trade) TRADE-CANCELLED) ERR-NOT-CANCELLED)
    (asserts! (not (is-released id)) ERR-RELEASED)
    (if (is-eq (get origin trade) ORIGIN-LISTED)
      (release-listed id (get ref trade) (get wh trade) (get at trade))
      (release-signed id (get seller trade) (get ref trade) (get wh trade))
    )
  )
)

(define-private (release-listed
    (trade uint)
    (id uint)
    (wh uint)
    (at uint)
  )
  (let (
      (offer (unwrap! (map-get? offers id) ERR-UNKNOWN-OFFER))
      (remaining (+ (get remaining offer) wh))
    )
    (asserts!
      (and
        (not (is-eq (get status offer) OFFER-CANCELLED))
        ;; With an update the seller has said anew how much is on offer.
        (or (is-eq (get revision offer) u1) (> at (get updated-at offer)))
      )
      ERR-NOT-RELEASABLE
    )
    (map-set released trade true)
    (map-set offers id
      (merge offer {
        remaining: remaining,
        status: OFFER-OPEN,
      })
    )
    ;; @event offer-released { id: uint, trade: uint, wh: uint, remaining: uint }
    (print {
      topic: "offer-released",
      id: id,
      trade: trade,
      wh: wh,
      remaining: remaining,
    })
    (ok {
      trade: trade,
      wh: wh,
    })
  )
)

(define-private (release-signed
    (trade uint)
    (maker principal)
    (nonce uint)
    (wh uint)
  )
  (let (
      (key {
        maker: maker,
        nonce: nonce,
      })
      (before (get-filled maker nonce))
      (after (- (get wh before) wh))
    )
    (map-set released trade true)
    (map-set filled key (merge before { wh: after }))
    ;; @event signed-released { maker: principal, nonce: uint, trade: uint, wh: uint, filled: uint }
    (print {
      topic: "signed-released",
      maker: maker,
      nonce: nonce,
      trade: trade,
      wh: wh,
      filled: after,
    })
    (ok {
      trade: trade,
      wh: wh,
    })
  )
)
