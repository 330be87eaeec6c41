;; Title: reputation-system
;; Summary: Trust scores from what was delivered, the tiers that follow, and the limits of trade that follow from them.
;; Depends-On: governance-dao
;;
;; A score lies between 0 and 10000 basis points. Only contracts that hold a role move it, each change is an event with before,
;; after and cause, and the events replay to the score.

;; ---------------------------------------------------------------- errors

;; The caller is neither the DAO nor the proposal that it executes.
(define-constant ERR-NOT-DAO (err u6000))
;; The caller is not the contract that holds this role.
(define-constant ERR-NOT-PEER (err u6001))
;; There is no role of this name here.
(define-constant ERR-UNKNOWN-ROLE (err u6100))
;; Nothing was promised, or more was delivered than promised.
(define-constant ERR-AMOUNTS (err u6101))
;; The quality of a meter is 1, 2 or 3.
(define-constant ERR-QUALITY (err u6102))
;; This household has a score already.
(define-constant ERR-KNOWN (err u6200))
;; This meter has given its bonus already.
(define-constant ERR-METER-COUNTED (err u6201))

;; ---------------------------------------------------------------- constants

(define-constant START u3000)
(define-constant MAX u10000)
(define-constant DAY u86400)

(define-constant CAUSE-SIGNUP u1)
(define-constant CAUSE-METER u2)
(define-constant CAUSE-DELIVERED u3)
(define-constant CAUSE-PARTIAL u4)
(define-constant CAUSE-FAILED u5)
(define-constant CAUSE-CANCELLED u6)

;; ---------------------------------------------------------------- vars

;; Until the DAO names its peers nobody holds these roles, not even the deployer: this contract never calls itself.
(define-data-var registry principal current-contract)
(define-data-var escrow principal current-contract)

;; ---------------------------------------------------------------- maps

;; `gained` is what deliveries have added on `day`: a day has a limit, so that nobody climbs by many small promises.
(define-map scores
  principal
  {
    score: uint,
    day: uint,
    gained: uint,
  }
)
(define-map counted-meters
  uint
  bool
)

;; ---------------------------------------------------------------- read-only

(define-read-only (get-score (who principal))
  (get score (get-row who))
)

;; Tier 0 New, 1 Starter, 2 Bronze, 3 Silver, 4 Gold, 5 Platinum, and the share of the certified monthly energy it may trade.
(define-read-only (get-tier (who principal))
  (tier-of (get-score who))
)

(define-read-only (tier-of (score uint))
  (if (< score u3000)
    {
      tier: u0,
      limit-percent: u10,
    }
    (if (< score u5000)
      {
        tier: u1,
        limit-percent: u10,
      }
      (if (< score u7000)
        {
          tier: u2,
          limit-percent: u40,
        }
        (if (< score u8500)
          {
            tier: u3,
            limit-percent: u60,
          }
          (if (< score u9500)
            {
              tier: u4,
              limit-percent: u80,
            }
            {
              tier: u5,
              limit-percent: u100,
            }
          )
        )
      )
    )
  )
)

;; Wh that a seller and a buyer may trade in a rolling month.
(define-read-only (limits (row {
  seller: principal,
  seller-capacity-wh: uint,
  buyer: principal,
  buyer-capacity-wh: uint,
  default-limit-wh: uint,
}))
  {
    seller: (limit-of (get seller row) (get seller-capacity-wh row) (get default-limit-wh row)),
    buyer: (limit-of (get buyer row) (get buyer-capacity-wh row) (get default-limit-wh row)),
  }
)

(define-read-only (limits-many (rows (list 50
  {
  seller: principal,
  seller-capacity-wh: uint,
  buyer: principal,
  buyer-capacity-wh: uint,
  default-limit-wh: uint,
})))
  (map limits rows)
)

;; The same for one seller and up to 50 buyers, each by itself.
(define-read-only (limits-each (rows (list 51 {
  who: principal,
  capacity-wh: uint,
  default-limit-wh: uint,
})))
  (map limit-of-row rows)
)

(define-read-only (get-peer (role (string-ascii 20)))
  (if (is-eq role "user-registry")
    (some (var-get registry))
    (if (is-eq role "trade-escrow")
      (some (var-get escrow))
      none
    )
  )
)

;; ---------------------------------------------------------------- checks

(define-private (check-registry)
  (ok (asserts! (is-eq contract-caller (var-get registry)) ERR-NOT-PEER))
)

(define-private (check-escrow)
  (ok (asserts! (is-eq contract-caller (var-get escrow)) ERR-NOT-PEER))
)

;; ---------------------------------------------------------------- role functions

;; A household begins. Role user-registry.
(define-public (record-signup (household principal))
  (begin
    (try! (check-registry))
    (asserts!
      (map-insert scores household {
        score: START,
        day: u0,
        gained: u0,
      })
      ERR-KNOWN
    )
    (ok (tell household u0 START CAUSE-SIGNUP u0))
  )
)

;; A meter was verified: its bonus, once. Quality 1 low (30 %), 2 medium (60 %), 3 high (100 %). Role user-registry.
(define-public (record-meter
    (household principal)
    (meter uint)
    (quality uint)
  )
  (let (
      (row (get-row household))
      (percent (if (is-eq quality u3)
        u100
        (if (is-eq quality u2)
          u60
          u30
        )
      ))
    )
    (try! (check-registry))
    (asserts! (and (>= quality u1) (<= quality u3)) ERR-QUALITY)
    (asserts! (map-insert counted-meters meter true) ERR-METER-COUNTED)
    (ok (change household row
      (raised (get score row)
        (/ (* (contract-call? .governance-dao get-parameter "meter-bonus-bps") percent) u100)
      )
      CAUSE-METER meter
    ))
  )
)

;; What a seller delivered of what it had promised for an hour. Excused: the utility curtailed it. Role trade-escrow.
(define-public (record-delivery
    (seller principal)
    (slot uint)
    (delivered uint)
    (promised uint)
    (trades uint)
    (excused bool)
  )
  (begin
    (try! (check-escrow))
    (asserts! (and (> promised u0) (<= delivered promised) (> trades u0))
      ERR-AMOUNTS
    )
    (let ((row (get-row seller)))
      (ok (if (is-eq delivered promised)
        (reward seller row slot)
        (change seller row
          (if excused
            (get score row)
            (lowered (get score row)
              (/
                (* (contract-call? .governance-dao get-parameter "partial-penalty-bps")
                  (- promised delivered)
                )
                promised
              ))
          )
          (if (is-eq delivered u0)
            CAUSE-FAILED
            CAUSE-PARTIAL
          )
          slot
        )
      ))
    )
  )
)

;; A buyer cancelled `cancelled` of `total` Wh of a trade. Role trade-escrow.
(define-public (record-cancellation
    (buyer principal)
    (trade uint)
    (cancelled uint)
    (total uint)
  )
  (begin
    (try! (check-escrow))
    (asserts! (and (> total u0) (<= cancelled total)) ERR-AMOUNTS)
    (let ((row (get-row buyer)))
      (ok (change buyer row
        (lowered (get score row)
          (/
            (* (contract-call? .governance-dao get-parameter "cancel-penalty-bps")
              cancelled
            )
            total
          ))
        CAUSE-CANCELLED trade
      ))
    )
  )
)

;; ---------------------------------------------------------------- DAO functions

(define-public (set-peer
    (role (string-ascii 20))
    (who principal)
  )
  (let ((result {
      role: role,
      who: who,
    }))
    (asserts! (contract-call? .governance-dao is-dao-call contract-caller)
      ERR-NOT-DAO
    )
    (asserts! (or (is-eq role "user-registry") (is-eq role "trade-escrow"))
      ERR-UNKNOWN-ROLE
    )
    (if (is-eq role "user-registry")
      (var-set registry who)
      (var-set escrow who)
    )
    ;; @event peer-changed { role: (string-ascii 20), who: principal }
    (print (merge { topic: "peer-changed" } result))
    (ok result)
  )
)

;; ---------------------------------------------------------------- helpers

(define-private (get-row (who principal))
  (default-to {
    score: START,
    day: u0,
    gained: u0,
  }
    (map-get? scores who)
  )
)

(define-private (limit-of-row (row {
  who: principal,
  capacity-wh: uint,
  default-limit-wh: uint,
}))
  (limit-of (get who row) (get capacity-wh row) (get default-limit-wh row))
)

(define-private (limit-of
    (who principal)
    (capacity-wh uint)
    (default-limit-wh uint)
  )
  (if (is-eq capacity-wh u0)
    default-limit-wh
    (/ (* capacity-wh (get limit-percent (tier-of (get-score who)))) u100)
  )
)

(define-private (raised
    (score uint)
    (by uint)
  )
  (if (> (+ score by) MAX)
    MAX
    (+ score by)
  )
)

(define-private (lowered
    (score uint)
    (by uint)
  )
  (if (> by score)
    u0
    (- score by)
  )
)

;; Full delivery: the bonus, as far as the day has room for it.
(define-private (reward
    (seller principal)
    (row {
      score: uint,
      day: uint,
      gained: uint,
    })
    (slot uint)
  )
  (let (
      (day (/ stacks-block-time DAY))
      (gained (if (is-eq day (get day row))
        (get gained row)
        u0
      ))
      (bonus (contract-call? .governance-dao get-parameter "success-bonus-bps"))
      (most (contract-call? .governance-dao get-parameter "daily-bonus-bps"))
      (room (lowered most gained))
      (given (if (< bonus room)
        bonus
        room
      ))
    )
    (change seller {
      score: (get score row),
      day: day,
      gained: (+ gained given),
    }
      (raised (get score row) given) CAUSE-DELIVERED slot
    )
  )
)

(define-private (change
    (who principal)
    (row {
      score: uint,
      day: uint,
      gained: uint,
    })
    (after uint)
    (cause uint)
    (reference uint)
  )
  (begin
    (map-set scores who (merge row { score: after }))
    (tell who (get score row) after cause reference)
  )
)

(define-private (tell
    (who principal)
    (before uint)
    (after uint)
    (cause uint)
    (reference uint)
  )
  (let ((result {
      who: who,
      before: before,
      after: after,
      cause: cause,
      ref: reference,
    }))
    ;; @event score-changed { who: principal, before: uint, after: uint, cause: uint, ref: uint }
    (print (merge { topic: "score-changed" } result))
    result
  )
)
