;; Rendezvous reads this as a part of marketplace: what holds for any prices and amounts, whoever calls.

(define-constant BROKEN (err u99000))

;; ---------------------------------------------------------------- steps: nonces that callers may give up

(define-public (fuzz-cancel-signed (nonce uint))
  (cancel-signed (mod nonce u100))
)

;; ---------------------------------------------------------------- laws after every step

(define-read-only (invariant-reserve-is-in-the-contract)
  (<= (var-get reserve)
    (unwrap-panic (contract-call? .energy-token get-balance current-contract))
  )
)
(define-read-only (invariant-offers-are-numbered (id uint))
  (is-eq (is-some (map-get? offers id)) (and (> id u0) (<= id (var-get last-offer))))
)
(define-read-only (invariant-requests-are-numbered (id uint))
  (is-eq (is-some (map-get? requests id)) (and (> id u0) (<= id (var-get last-request))))
)
(define-read-only (invariant-strangers-list-nothing)
  (is-eq (+ (var-get last-offer) (var-get last-purchase)) u0)
)

;; ---------------------------------------------------------------- properties

;; The buyer pays at least the price and less than one microSTX more.
(define-public (test-cost-is-rounded-up-once
    (wh uint)
    (price uint)
  )
  (let (
      (energy (mod wh u1000000000))
      (each (mod price u1000000000000))
      (cost (cost-of energy each))
    )
    (asserts! (>= (* cost WH-PER-KWH) (* energy each)) BROKEN)
    (ok (asserts! (< (- (* cost WH-PER-KWH) (* energy each)) WH-PER-KWH) BROKEN))
  )
)
(define-public (test-the-middle-lies-between
    (ask uint)
    (more uint)
  )
  (let (
      (low (mod ask u1000000000000))
      (high (+ low (mod more u1000000000000)))
      (price (middle low high))
    )
    (ok (asserts! (and (<= low price) (<= price high)) BROKEN))
  )
)
;; A price that follows time or the reference never leaves what its seller signed for.
(define-public (test-prices-stay-between-their-ends
    (from uint)
    (to uint)
    (start uint)
    (length uint)
    (now uint)
  )
  (let (
      (first (+ u1 (mod from u1000000)))
      (last (+ u1 (mod to u1000000)))
      (at (mod start u1000000000))
      (expiry (+ at u1 (mod length u1000000)))
      (moment (+ at (mod now (- expiry at))))
      (price (price-at {
        seller: tx-sender,
        slot: u1,
        wh: u1,
        min-wh: u1,
        mode: u1,
        price: first,
        end-price: last,
        expiry: expiry,
        remaining: u1,
        revision: u1,
        status: u0,
        at: at,
        updated-at: at,
      }
        moment
      ))
    )
    (ok (asserts!
      (if (<= first last)
        (and (<= first price) (<= price last))
        (and (<= last price) (<= price first))
      )
      BROKEN
    ))
  )
)
(define-public (test-energy-totals-add-up
    (wh uint)
    (price uint)
    (commission uint)
  )
  (let ((sum (price-energy (mod wh u1000000000) (mod price u1000000000000) (mod commission u1001))))
    (asserts! (is-eq (get total sum) (+ (get cost sum) (get fee sum))) BROKEN)
    (ok (asserts! (<= (* (get fee sum) u10) (get cost sum)) BROKEN))
  )
)
(define-public (test-a-cancelled-nonce-stays-cancelled (nonce uint))
  (begin
    (is-ok (cancel-signed nonce))
    (ok (asserts!
      (or
        (is-err (cancel-signed nonce))
        (get cancelled (get-filled tx-sender nonce))
      )
      BROKEN
    ))
  )
)
