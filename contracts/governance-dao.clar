;; Title: governance-dao
;; Summary: Roles, parameters with bounds, pause flags, treasury, members and proposals of WattConnect.
;; Depends-On: sip-010-trait, proposal-trait
;;
;; One verified household has one vote. A proposal is a parameter change, or a contract that implements proposal-trait and
;; runs with the DAO's power. Every other contract asks `is-dao-call` about its administrative functions.

(use-trait proposal-trait .proposal-trait.proposal-trait)
(use-trait asset-trait .sip-010-trait.sip-010-trait)

;; ---------------------------------------------------------------- errors

;; The caller is neither the DAO nor the proposal that it executes.
(define-constant ERR-NOT-DAO (err u8000))
;; Only the deployer may construct the DAO.
(define-constant ERR-NOT-DEPLOYER (err u8001))
;; The caller is not the guardian.
(define-constant ERR-NOT-GUARDIAN (err u8002))
;; The caller is not the contract that holds this role.
(define-constant ERR-NOT-PEER (err u8003))
;; The voter is not a member.
(define-constant ERR-NOT-MEMBER (err u8004))
;; A call that takes money must come from the wallet itself, not through another contract.
(define-constant ERR-INDIRECT-CALL (err u8005))
;; This member has not delegated its vote to the caller.
(define-constant ERR-NOT-DELEGATE (err u8006))
;; There is no parameter of this name.
(define-constant ERR-UNKNOWN-PARAMETER (err u8100))
;; The value is outside the bounds fixed for this parameter.
(define-constant ERR-OUT-OF-BOUNDS (err u8101))
;; The value contradicts another parameter.
(define-constant ERR-CONTRADICTION (err u8102))
;; There is no role of this name here.
(define-constant ERR-UNKNOWN-ROLE (err u8103))
;; A vote is 0 (against), 1 (for) or 2 (abstain).
(define-constant ERR-CHOICE (err u8104))
;; The proposal is of the other kind, or names another contract.
(define-constant ERR-WRONG-PROPOSAL (err u8105))
;; There is no such pause flag.
(define-constant ERR-PAUSE-BITS (err u8106))
;; The guardian's sunset is too far in the future.
(define-constant ERR-SUNSET-TOO-FAR (err u8107))
;; The amount is zero.
(define-constant ERR-ZERO-AMOUNT (err u8108))
;; Nobody can delegate to itself.
(define-constant ERR-SELF-DELEGATION (err u8109))
;; The address is of another network: what is sent there is lost.
(define-constant ERR-WRONG-NETWORK (err u8110))
;; The DAO has been constructed already.
(define-constant ERR-CONSTRUCTED (err u8200))
;; There is no proposal with this number.
(define-constant ERR-UNKNOWN-PROPOSAL (err u8201))
;; The proposal has been concluded already.
(define-constant ERR-CONCLUDED (err u8202))
;; This member has voted on this proposal already.
(define-constant ERR-ALREADY-VOTED (err u8203))
;; The proposal has not passed, or has been executed or vetoed already.
(define-constant ERR-NOT-PASSED (err u8204))
;; There is nothing to undelegate.
(define-constant ERR-NO-DELEGATION (err u8206))
;; Membership must be older than the proposal.
(define-constant ERR-MEMBER-TOO-NEW (err u8300))
;; The voting period is over.
(define-constant ERR-VOTING-CLOSED (err u8301))
;; The voting period is not over.
(define-constant ERR-VOTING-OPEN (err u8302))
;; The timelock still holds.
(define-constant ERR-TIMELOCK (err u8303))
;; The proposal was not executed in time.
(define-constant ERR-LAPSED (err u8304))
;; The guardian's power has ended.
(define-constant ERR-GUARDIAN-SUNSET (err u8305))
;; The treasury holds less than that.
(define-constant ERR-TREASURY (err u8400))
;; The proposer cannot pay the bond.
(define-constant ERR-BOND (err u8401))

;; ---------------------------------------------------------------- constants

(define-constant DEPLOYER tx-sender)
(define-constant BPS u10000)
;; A batch names the row that failed: row x ROW + code.
(define-constant ROW u10000)
(define-constant CODE-NOT-DELEGATE (unwrap-err-panic ERR-NOT-DELEGATE))

;; Pause flags: registration 1, listing 2, trading 4. There is none for an exit.
(define-constant PAUSE-ALL u7)

(define-constant KIND-PARAMETER u1)
(define-constant KIND-CONTRACT u2)

(define-constant CHOICE-AGAINST u0)
(define-constant CHOICE-FOR u1)
(define-constant CHOICE-ABSTAIN u2)

(define-constant STATUS-VOTING u0)
(define-constant STATUS-PASSED u1)
(define-constant STATUS-REJECTED u2)
(define-constant STATUS-EXECUTED u3)
(define-constant STATUS-VETOED u4)

;; A passed proposal that nobody executes for 30 days is void: a forgotten decision must not surprise anybody years later.
(define-constant EXECUTION-WINDOW u2592000)
;; A guardian serves at most a year at a time.
(define-constant MAX-GUARDIAN-TERM u31536000)
;; Below this part of the quorum (or of the decided votes, if more), the bond is lost: 1 / 4.
(define-constant BOND-SUPPORT u4)

;; ---------------------------------------------------------------- vars

(define-data-var constructed bool false)
;; The proposal contract that runs right now.
(define-data-var executing (optional principal) none)
(define-data-var guardian (optional principal) none)
(define-data-var guardian-sunset uint u0)
;; Until the DAO names its peer nobody holds this role, not even the deployer: this contract never calls itself.
(define-data-var registry principal current-contract)
(define-data-var members uint u0)
(define-data-var last-proposal uint u0)
;; Bonds of open proposals, in microSTX: they are in the balance and not of the treasury.
(define-data-var bonds uint u0)

;; ---------------------------------------------------------------- maps

;; Written below, when the contract is deployed, and never again: nobody can widen a bound.
(define-map bounds
  (string-ascii 32)
  {
    min: uint,
    max: uint,
    default: uint,
  }
)
(define-map parameters
  (string-ascii 32)
  uint
)
;; What the trade path knew in each version of the parameters.
(define-map parameters-at
  uint
  {
    v: uint,
    paused: uint,
    commission-bps: uint,
    grid-bps-cell: uint,
    grid-bps-district: uint,
    grid-bps-far: uint,
    price-floor: uint,
    price-ceiling: uint,
    min-wh: uint,
    gate-closure: uint,
    gate-opening: uint,
    cancel-window: uint,
    challenge-window: uint,
    report-max-age: uint,
    timeout: uint,
    default-limit-wh: uint,
  }
)
(define-map member-rows
  principal
  {
    since: uint,
    active: bool,
  }
)
(define-map delegations
  principal
  principal
)
(define-map proposals
  uint
  {
    proposer: principal,
    kind: uint,
    key: (string-ascii 32),
    value: uint,
    contract: (optional principal),
    opens-at: uint,
    closes-at: uint,
    quorum: uint,
    threshold-bps: uint,
    timelock: uint,
    bond: uint,
    for: uint,
    against: uint,
    abstain: uint,
    status: uint,
    executable-at: uint,
  }
)
(define-map votes
  {
    id: uint,
    voter: principal,
  }
  uint
)

;; Bounds, then the value at the start. Money in microSTX (prices per kWh), energy in Wh, time in seconds, rates in basis points.
(define-private (seed
    (key (string-ascii 32))
    (default uint)
    (min uint)
    (max uint)
  )
  (begin
    (map-insert bounds key {
      min: min,
      max: max,
      default: default,
    })
    (map-insert parameters key default)
  )
)
(seed "commission-bps" u500 u0 u1000)
(seed "grid-bps-cell" u200 u0 u3000)
(seed "grid-bps-district" u500 u0 u3000)
(seed "grid-bps-far" u1000 u0 u3000)
(seed "price-floor" u140000 u0 u1000000000000)
(seed "price-ceiling" u515000 u1 u1000000000000)
(seed "retail-tariff" u552000 u1 u1000000000000)
(seed "feed-in-tariff" u140000 u0 u1000000000000)
(seed "min-wh" u1000 u1 u100000)
(seed "gate-closure" u14400 u900 u86400)
(seed "gate-opening" u86400 u3600 u2592000)
(seed "cancel-window" u1800 u0 u86400)
(seed "challenge-window" u3600 u600 u172800)
(seed "report-max-age" u172800 u3600 u604800)
(seed "timeout" u259200 u7200 u2592000)
(seed "default-limit-wh" u10000 u0 u1000000000)
(seed "certification-fee" u1000 u1 u1000000)
(seed "min-production-kwh" u100 u1 u1000000)
(seed "max-production-kwh" u1000000 u1 u10000000)
(seed "max-peak-w" u200000 u1000 u1000000)
(seed "success-bonus-bps" u500 u0 u2000)
(seed "daily-bonus-bps" u1500 u0 u10000)
;; What may be missing of a promise in a delivery that counts as whole: meters and weather are not exact.
(seed "tolerance-bps" u1000 u0 u2500)
(seed "pair-bonus-bps" u1500 u0 u5000)
(seed "pair-period" u2592000 u86400 u31536000)
(seed "partial-penalty-bps" u1000 u0 u5000)
;; Deliveries of less than this share of their promise are faults; what the tolerance forgives never is. The first fault of a period is
;; always a warning only.
(seed "fault-share-bps" u1000 u0 u7500)
(seed "fault-period" u2592000 u86400 u31536000)
(seed "fine-from" u3 u2 u9)
(seed "suspend-from" u5 u2 u9)
(seed "fault-fine" u1000000 u0 u1000000000)
(seed "suspension" u604800 u3600 u7776000)
(seed "cancel-penalty-bps" u500 u0 u5000)
(seed "meter-bonus-bps" u1000 u0 u5000)
(seed "rating-period" u604800 u0 u31536000)
(seed "stake-cooldown" u604800 u86400 u2592000)
(seed "stake-per-bps" u1000000 u1 u1000000000000)
(seed "stake-boost-cap-bps" u500 u0 u1000)
(seed "operator-stake" u100000000 u0 u1000000000000)
(seed "rotation-delay" u86400 u3600 u2592000)
(seed "equivocation-slash-bps" u5000 u0 u10000)
(seed "dispute-bond" u100000 u1 u1000000000)
(seed "dispute-penalty-bps" u500 u0 u5000)
;; A dispute ends long before escrow stops waiting for it, 30 days after the slot, whatever these are.
(seed "jury-call-window" u86400 u3600 u259200)
(seed "jury-period" u86400 u3600 u259200)
(seed "jury-size" u3 u3 u7)
(seed "jury-fee" u50000 u0 u1000000000)
(seed "juror-stake" u50000000 u0 u1000000000000)
(seed "juror-slash" u5000000 u0 u1000000000000)
(seed "proposal-bond" u1000000 u1 u1000000000000)
(seed "voting-period" u86400 u3600 u2592000)
(seed "timelock" u86400 u3600 u2592000)
;; Never so high that a few who stay away, or one who is against, could stop every decision for good.
(seed "quorum-bps" u4000 u100 u8000)
(seed "threshold-bps" u5000 u5000 u9000)
;; Votes that a decision needs at least, however few the members are: the first households must not decide for all that follow.
(seed "quorum-floor" u1 u1 u50)
(seed "refund-rate-bps" u9000 u0 u10000)
(seed "refund-window" u86400 u0 u2592000)
(seed "spot-lifetime" u2592000 u86400 u31536000)
(seed "reference-price" u300000 u1 u1000000000000)
(seed "global-reserve-wh" u1000000000 u1 u1000000000000)
(seed "user-reserve-wh" u10000000 u1 u1000000000000)
(seed "buyer-slot-wh" u50000 u1000 u1000000)
;; Postings of a slot's auction are taken for so long from an hour before its gate closes on; the rest of the hour is for the trades.
(seed "auction-window" u1800 u600 u3000)
(seed "auction-bond" u100000 u0 u1000000000)

;; ---------------------------------------------------------------- read-only

;; The value of a parameter; u0 if there is none of this name.
(define-read-only (get-parameter (key (string-ascii 32)))
  (default-to u0 (map-get? parameters key))
)

(define-read-only (get-bounds (key (string-ascii 32)))
  (map-get? bounds key)
)

;; All that a trade needs to know, in one read.
(define-read-only (get-parameters)
  (var-get trade-parameters)
)

;; The same in an earlier version.
(define-read-only (get-parameters-at (v uint))
  (map-get? parameters-at v)
)

;; Whether any of these flags is up.
(define-read-only (is-paused (what uint))
  (> (bit-and what (get paused (var-get trade-parameters))) u0)
)

;; Whether `who`, the contract-caller of an administrative function, acts for the DAO.
(define-read-only (is-dao-call (who principal))
  (or (is-eq who current-contract) (is-eq (some who) (var-get executing)))
)

(define-read-only (is-constructed)
  (var-get constructed)
)

(define-read-only (get-guardian)
  {
    guardian: (var-get guardian),
    sunset: (var-get guardian-sunset),
  }
)

(define-read-only (get-peer (role (string-ascii 20)))
  (if (is-eq role "user-registry")
    (some (var-get registry))
    none
  )
)

(define-read-only (get-member (who principal))
  (map-get? member-rows who)
)

(define-read-only (get-member-count)
  (var-get members)
)

(define-read-only (get-delegate (who principal))
  (map-get? delegations who)
)

(define-read-only (get-proposal (id uint))
  (map-get? proposals id)
)

(define-read-only (get-proposal-count)
  (var-get last-proposal)
)

;; none, or u0 against, u1 for, u2 abstain.
(define-read-only (get-vote
    (id uint)
    (voter principal)
  )
  (map-get? votes {
    id: id,
    voter: voter,
  })
)

;; microSTX that the DAO may spend; the bonds of open proposals are not its own.
(define-read-only (get-treasury)
  (- (stx-get-balance current-contract) (var-get bonds))
)

;; ---------------------------------------------------------------- checks

(define-private (check-dao)
  (ok (asserts! (is-dao-call contract-caller) ERR-NOT-DAO))
)

(define-private (check-guardian (now uint))
  (begin
    (asserts! (is-eq (some contract-caller) (var-get guardian)) ERR-NOT-GUARDIAN)
    (ok (asserts! (< now (var-get guardian-sunset)) ERR-GUARDIAN-SUNSET))
  )
)

;; A member whose membership began before `moment`: nobody joins in order to vote on what is already there.
(define-private (check-member
    (who principal)
    (moment uint)
  )
  (let ((row (unwrap! (map-get? member-rows who) ERR-NOT-MEMBER)))
    (asserts! (get active row) ERR-NOT-MEMBER)
    (ok (asserts! (< (get since row) moment) ERR-MEMBER-TOO-NEW))
  )
)

;; Whether the parameters would agree with each other if `key` were `value`.
(define-private (check-parameter
    (key (string-ascii 32))
    (value uint)
  )
  (let ((range (unwrap! (map-get? bounds key) ERR-UNKNOWN-PARAMETER)))
    (asserts! (and (>= value (get min range)) (<= value (get max range)))
      ERR-OUT-OF-BOUNDS
    )
    (ok (asserts!
      (and
        (<= (if-set key value "price-floor") (if-set key value "price-ceiling"))
        ;; Nobody sells for less than the grid pays, or pays more to a neighbour, wires included, than to the grid.
        (>= (if-set key value "price-floor") (if-set key value "feed-in-tariff"))
        (<=
          (+ (if-set key value "price-ceiling")
            (/
              (* (if-set key value "price-ceiling")
                (if-set key value "grid-bps-cell")
              )
              BPS
            ))
          (if-set key value "retail-tariff")
        )
        (<= (if-set key value "min-production-kwh")
          (if-set key value "max-production-kwh")
        )
        (< (if-set key value "gate-closure") (if-set key value "gate-opening"))
        (<= (if-set key value "fine-from") (if-set key value "suspend-from"))
        ;; A slot must be able to get its report and its challenge before it is given up as silent.
        (<
          (+ (if-set key value "report-max-age")
            (if-set key value "challenge-window")
          )
          (if-set key value "timeout")
        )
      )
      ERR-CONTRADICTION
    ))
  )
)

;; ---------------------------------------------------------------- members

;; Proposes that `key` becomes `value`. Takes the bond from the caller's wallet.
(define-public (propose-parameter
    (key (string-ascii 32))
    (value uint)
  )
  (begin
    (try! (check-parameter key value))
    (create-proposal KIND-PARAMETER key value none)
  )
)

;; Proposes to run a contract with the DAO's power: upgrades, roles, payments. Takes the bond from the caller's wallet.
(define-public (propose-contract (proposal <proposal-trait>))
  (create-proposal KIND-CONTRACT "" u0 (some (contract-of proposal)))
)

;; choice: 0 against, 1 for, 2 abstain. Once a member and proposal.
(define-public (vote
    (id uint)
    (choice uint)
  )
  (cast id contract-caller choice stacks-block-time)
)

;; Votes for members who delegated to the caller. Whoever votes first, the member or its delegate, has cast that vote.
(define-public (vote-for
    (id uint)
    (choice uint)
    (delegators (list 50 principal))
  )
  (let ((done (try! (fold cast-delegated delegators
      (ok {
        id: id,
        choice: choice,
        now: stacks-block-time,
        row: u0,
      })
    ))))
    (ok {
      id: id,
      choice: choice,
      votes: (get row done),
    })
  )
)

;; Lets `to` vote for the caller, until it is taken back.
(define-public (delegate (to principal))
  (let ((result {
      delegator: contract-caller,
      delegate: (some to),
    }))
    (asserts! (not (is-eq to contract-caller)) ERR-SELF-DELEGATION)
    (map-set delegations contract-caller to)
    ;; @event delegation-changed { delegator: principal, delegate: (optional principal) }
    (print (merge { topic: "delegation-changed" } result))
    (ok result)
  )
)

(define-public (undelegate)
  (let ((result {
      delegator: contract-caller,
      delegate: none,
    }))
    (asserts! (map-delete delegations contract-caller) ERR-NO-DELEGATION)
    (print (merge { topic: "delegation-changed" } result))
    (ok result)
  )
)

;; Counts the votes once the voting period is over. Anybody may call it. The bond goes back, unless nearly nobody was for it.
(define-public (conclude (id uint))
  (let (
      (now stacks-block-time)
      (row (unwrap! (map-get? proposals id) ERR-UNKNOWN-PROPOSAL))
      (decided (+ (get for row) (get against row)))
      (quorum (get quorum row))
      (passed (and
        (>= (+ decided (get abstain row)) quorum)
        (> (* (get for row) BPS) (* decided (get threshold-bps row)))
      ))
      (executable-at (if passed
        (+ now (get timelock row))
        u0
      ))
      (bond-returned (or passed (>= (* (get for row) BOND-SUPPORT)
        (if (> decided quorum)
          decided
          quorum
        ))))
      (bond (get bond row))
      (proposer (get proposer row))
      (result {
        id: id,
        passed: passed,
        for: (get for row),
        against: (get against row),
        abstain: (get abstain row),
        executable-at: executable-at,
        bond-returned: bond-returned,
      })
    )
    (asserts! (is-eq (get status row) STATUS-VOTING) ERR-CONCLUDED)
    (asserts! (>= now (get closes-at row)) ERR-VOTING-OPEN)
    (map-set proposals id
      (merge row {
        status: (if passed
          STATUS-PASSED
          STATUS-REJECTED
        ),
        executable-at: executable-at,
      })
    )
    (var-set bonds (- (var-get bonds) bond))
    (and bond-returned
      (try! (as-contract? ((with-stx bond))
        (try! (stx-transfer? bond tx-sender proposer))
      ))
    )
    ;; @event proposal-concluded { id: uint, passed: bool, for: uint, against: uint, abstain: uint, executable-at: uint,
    ;;   bond-returned: bool }
    (print (merge { topic: "proposal-concluded" } result))
    (ok result)
  )
)

;; Applies a passed parameter change after its timelock. Anybody may call it.
(define-public (execute-parameter (id uint))
  (let ((row (try! (take-passed id KIND-PARAMETER))))
    ;; Other parameters may have changed since the vote, so all bounds are checked again.
    (try! (apply-parameter (get key row) (get value row)))
    (finish id)
  )
)

;; Runs a passed proposal contract after its timelock. Anybody may call it.
(define-public (execute-contract
    (id uint)
    (proposal <proposal-trait>)
  )
  (let ((row (try! (take-passed id KIND-CONTRACT))))
    (asserts! (is-eq (get contract row) (some (contract-of proposal)))
      ERR-WRONG-PROPOSAL
    )
    (try! (run proposal))
    (finish id)
  )
)

;; ---------------------------------------------------------------- deployer and guardian

;; Runs the first proposal, once. After it the deployer has no power.
(define-public (construct (proposal <proposal-trait>))
  (let ((result { proposal: (contract-of proposal) }))
    (asserts! (is-eq contract-caller DEPLOYER) ERR-NOT-DEPLOYER)
    (asserts! (not (var-get constructed)) ERR-CONSTRUCTED)
    (var-set constructed true)
    (try! (run proposal))
    ;; @event constructed { proposal: principal }
    (print (merge { topic: "constructed" } result))
    (ok result)
  )
)

;; Stops a passed proposal before it is executed; by the guardian until its sunset.
(define-public (veto (id uint))
  (let (
      (row (unwrap! (map-get? proposals id) ERR-UNKNOWN-PROPOSAL))
      (result { id: id })
    )
    (try! (check-guardian stacks-block-time))
    (asserts! (is-eq (get status row) STATUS-PASSED) ERR-NOT-PASSED)
    (map-set proposals id (merge row { status: STATUS-VETOED }))
    ;; @event proposal-vetoed { id: uint }
    (print (merge { topic: "proposal-vetoed" } result))
    (ok result)
  )
)

;; bits: registration 1, listing 2, trading 4. By the guardian until its sunset, or by the DAO. Exits cannot be paused.
(define-public (set-paused (bits uint))
  (let ((result {
      bits: bits,
      by: contract-caller,
    }))
    (or (is-dao-call contract-caller) (try! (check-guardian stacks-block-time)))
    (asserts! (<= bits PAUSE-ALL) ERR-PAUSE-BITS)
    (var-set trade-parameters (merge (var-get trade-parameters) { paused: bits }))
    ;; @event paused-changed { bits: uint, by: principal }
    (print (merge { topic: "paused-changed" } result))
    (ok result)
  )
)

;; ---------------------------------------------------------------- roles

;; A household became a member, or ceased to be one. Role user-registry.
(define-public (set-member
    (who principal)
    (active bool)
  )
  (let (
      (before (default-to {
        since: u0,
        active: false,
      }
        (map-get? member-rows who)
      ))
      (changes (not (is-eq active (get active before))))
      ;; Whoever comes back starts anew: time spent outside does not count.
      (since (if (and changes active)
        stacks-block-time
        (get since before)
      ))
      (count (if changes
        (if active
          (+ (var-get members) u1)
          (- (var-get members) u1)
        )
        (var-get members)
      ))
      (result {
        member: who,
        active: active,
        since: since,
        members: count,
      })
    )
    (asserts! (is-eq contract-caller (var-get registry)) ERR-NOT-PEER)
    (map-set member-rows who {
      since: since,
      active: active,
    })
    (var-set members count)
    ;; @event member-changed { member: principal, active: bool, since: uint, members: uint }
    (print (merge { topic: "member-changed" } result))
    (ok result)
  )
)

;; ---------------------------------------------------------------- DAO

;; Sets a parameter at once; for proposal contracts, which have been through a vote and a timelock.
(define-public (set-parameter
    (key (string-ascii 32))
    (value uint)
  )
  (begin
    (try! (check-dao))
    (apply-parameter key value)
  )
)

;; Single parameters by the names that people of earlier systems look for; prices are per kWh.
(define-public (set-energy-price (price uint))
  (set-parameter "reference-price" price)
)

(define-public (set-commission-rate (bps uint))
  (set-parameter "commission-bps" bps)
)

(define-public (set-refund-rate (bps uint))
  (set-parameter "refund-rate-bps" bps)
)

(define-public (set-energy-reserve-limit (wh uint))
  (set-parameter "global-reserve-wh" wh)
)

(define-public (set-max-energy-per-user (wh uint))
  (set-parameter "user-reserve-wh" wh)
)

(define-public (set-certification-fee (fee uint))
  (set-parameter "certification-fee" fee)
)

;; Least and highest price of new offers. Both move at once, in the order in which they never contradict each other.
(define-public (set-price-bounds
    (floor uint)
    (ceiling uint)
  )
  (set-pair "price-floor" floor "price-ceiling" ceiling)
)

;; Least and most kWh a month that producers can be certified for.
(define-public (set-production-bounds
    (least uint)
    (most uint)
  )
  (set-pair "min-production-kwh" least "max-production-kwh" most)
)

(define-public (set-peer
    (role (string-ascii 20))
    (who principal)
  )
  (let ((result {
      role: role,
      who: who,
    }))
    (try! (check-dao))
    (asserts! (is-eq role "user-registry") ERR-UNKNOWN-ROLE)
    (var-set registry who)
    ;; @event peer-changed { role: (string-ascii 20), who: principal }
    (print (merge { topic: "peer-changed" } result))
    (ok result)
  )
)

(define-public (set-guardian
    (who principal)
    (sunset uint)
  )
  (let ((result {
      guardian: who,
      sunset: sunset,
    }))
    (try! (check-dao))
    (asserts! (<= sunset (+ stacks-block-time MAX-GUARDIAN-TERM))
      ERR-SUNSET-TOO-FAR
    )
    (var-set guardian (some who))
    (var-set guardian-sunset sunset)
    ;; @event guardian-changed { guardian: principal, sunset: uint }
    (print (merge { topic: "guardian-changed" } result))
    (ok result)
  )
)

;; Pays microSTX out of the treasury. Bonds of open proposals are out of reach.
(define-public (pay-treasury
    (amount uint)
    (to principal)
  )
  (let ((result {
      to: to,
      amount: amount,
    }))
    (try! (check-dao))
    (asserts! (> amount u0) ERR-ZERO-AMOUNT)
    (asserts! (is-standard to) ERR-WRONG-NETWORK)
    (asserts! (<= amount (get-treasury)) ERR-TREASURY)
    (try! (as-contract? ((with-stx amount))
      (try! (stx-transfer? amount tx-sender to))
    ))
    ;; @event treasury-paid { to: principal, amount: uint }
    (print (merge { topic: "treasury-paid" } result))
    (ok result)
  )
)

;; Pays out of what the treasury has earned in an asset.
(define-public (pay-asset
    (asset <asset-trait>)
    (amount uint)
    (to principal)
  )
  (let ((result {
      asset: (contract-of asset),
      to: to,
      amount: amount,
    }))
    (try! (check-dao))
    (asserts! (> amount u0) ERR-ZERO-AMOUNT)
    (asserts! (is-standard to) ERR-WRONG-NETWORK)
    (try! (as-contract? ((with-ft (contract-of asset) "*" amount))
      (unwrap! (contract-call? asset transfer amount tx-sender to none) ERR-TREASURY)
    ))
    ;; @event treasury-asset-paid { asset: principal, to: principal, amount: uint }
    (print (merge { topic: "treasury-asset-paid" } result))
    (ok result)
  )
)

;; ---------------------------------------------------------------- helpers

(define-private (create-proposal
    (kind uint)
    (key (string-ascii 32))
    (value uint)
    (contract (optional principal))
  )
  (let (
      (now stacks-block-time)
      (id (+ (var-get last-proposal) u1))
      (bond (get-parameter "proposal-bond"))
      (closes-at (+ now (get-parameter "voting-period")))
      ;; Rounded up, so that a quorum is never none.
      (part (/
        (+ (* (var-get members) (get-parameter "quorum-bps")) (- BPS u1))
        BPS
      ))
      (floor (get-parameter "quorum-floor"))
      (quorum (if (< part floor)
        floor
        part
      ))
      (result {
        id: id,
        proposer: contract-caller,
        kind: kind,
        key: key,
        value: value,
        contract: contract,
        opens-at: now,
        closes-at: closes-at,
        quorum: quorum,
        bond: bond,
      })
    )
    (asserts! (is-eq tx-sender contract-caller) ERR-INDIRECT-CALL)
    (try! (check-member contract-caller now))
    (unwrap! (stx-transfer? bond tx-sender current-contract) ERR-BOND)
    (var-set bonds (+ (var-get bonds) bond))
    (var-set last-proposal id)
    ;; Quorum, threshold and timelock are those of this moment: a later change cannot move the goal.
    (map-set proposals id {
      proposer: contract-caller,
      kind: kind,
      key: key,
      value: value,
      contract: contract,
      opens-at: now,
      closes-at: closes-at,
      quorum: quorum,
      threshold-bps: (get-parameter "threshold-bps"),
      timelock: (get-parameter "timelock"),
      bond: bond,
      for: u0,
      against: u0,
      abstain: u0,
      status: STATUS-VOTING,
      executable-at: u0,
    })
    ;; @event proposal-created { id: uint, proposer: principal, kind: uint, key: (string-ascii 32), value: uint,
    ;;   contract: (optional principal), opens-at: uint, closes-at: uint, quorum: uint, bond: uint }
    (print (merge { topic: "proposal-created" } result))
    (ok result)
  )
)

(define-private (cast
    (id uint)
    (voter principal)
    (choice uint)
    (now uint)
  )
  (let (
      (row (unwrap! (map-get? proposals id) ERR-UNKNOWN-PROPOSAL))
      (for (+ (get for row) (if (is-eq choice CHOICE-FOR)
        u1
        u0
      )))
      (against (+ (get against row) (if (is-eq choice CHOICE-AGAINST)
        u1
        u0
      )))
      (abstain (+ (get abstain row) (if (is-eq choice CHOICE-ABSTAIN)
        u1
        u0
      )))
      (result {
        id: id,
        voter: voter,
        choice: choice,
        for: for,
        against: against,
        abstain: abstain,
      })
    )
    (asserts! (<= choice CHOICE-ABSTAIN) ERR-CHOICE)
    (try! (check-member voter (get opens-at row)))
    (asserts! (< now (get closes-at row)) ERR-VOTING-CLOSED)
    (asserts!
      (map-insert votes {
        id: id,
        voter: voter,
      }
        choice
      )
      ERR-ALREADY-VOTED
    )
    (map-set proposals id
      (merge row {
        for: for,
        against: against,
        abstain: abstain,
      })
    )
    ;; @event vote-cast { id: uint, voter: principal, choice: uint, for: uint, against: uint, abstain: uint }
    (print (merge { topic: "vote-cast" } result))
    (ok result)
  )
)

(define-private (cast-delegated
    (delegator principal)
    (state (response {
      id: uint,
      choice: uint,
      now: uint,
      row: uint,
    }
      uint
    ))
  )
  (let (
      (batch (try! state))
      (at (* (get row batch) ROW))
    )
    (asserts! (is-eq (some contract-caller) (map-get? delegations delegator))
      (err (+ at CODE-NOT-DELEGATE))
    )
    (match (cast (get id batch) delegator (get choice batch) (get now batch))
      done (ok (merge batch { row: (+ (get row batch) u1) }))
      code (err (+ at code))
    )
  )
)

;; The row of a passed proposal of this kind whose timelock is over; marks it as executed.
(define-private (take-passed
    (id uint)
    (kind uint)
  )
  (let (
      (now stacks-block-time)
      (row (unwrap! (map-get? proposals id) ERR-UNKNOWN-PROPOSAL))
    )
    (asserts! (is-eq (get kind row) kind) ERR-WRONG-PROPOSAL)
    (asserts! (is-eq (get status row) STATUS-PASSED) ERR-NOT-PASSED)
    (asserts! (>= now (get executable-at row)) ERR-TIMELOCK)
    (asserts! (< now (+ (get executable-at row) EXECUTION-WINDOW)) ERR-LAPSED)
    (map-set proposals id (merge row { status: STATUS-EXECUTED }))
    (ok row)
  )
)

(define-private (finish (id uint))
  (let ((result { id: id }))
    ;; @event proposal-executed { id: uint }
    (print (merge { topic: "proposal-executed" } result))
    (ok result)
  )
)

;; Lends the DAO's power to a proposal for as long as it runs. If it fails, everything is as it was before. The VM refuses a
;; proposal that would run another one from here.
(define-private (run (proposal <proposal-trait>))
  (begin
    (var-set executing (some (contract-of proposal)))
    (try! (contract-call? proposal execute tx-sender))
    (ok (var-set executing none))
  )
)

(define-private (if-set
    (key (string-ascii 32))
    (value uint)
    (wanted (string-ascii 32))
  )
  (if (is-eq key wanted)
    value
    (get-parameter wanted)
  )
)

(define-private (apply-parameter
    (key (string-ascii 32))
    (value uint)
  )
  (let (
      (before (get-parameter key))
      (current (var-get trade-parameters))
      (v (+ (get v current) u1))
      (result {
        key: key,
        before: before,
        after: value,
        v: v,
      })
    )
    (try! (check-parameter key value))
    (map-set parameters key value)
    (let ((next (assemble v (get paused current))))
      (map-set parameters-at v next)
      (var-set trade-parameters next)
    )
    ;; @event parameter-changed { key: (string-ascii 32), before: uint, after: uint, v: uint }
    (print (merge { topic: "parameter-changed" } result))
    (ok result)
  )
)

;; The lower of two bounds goes first, unless it would pass the upper one as it is.
(define-private (set-pair
    (low-key (string-ascii 32))
    (low uint)
    (high-key (string-ascii 32))
    (high uint)
  )
  (if (<= low (get-parameter high-key))
    (begin
      (try! (set-parameter low-key low))
      (set-parameter high-key high)
    )
    (begin
      (try! (set-parameter high-key high))
      (set-parameter low-key low)
    )
  )
)

(define-private (assemble
    (v uint)
    (paused uint)
  )
  {
    v: v,
    paused: paused,
    commission-bps: (get-parameter "commission-bps"),
    grid-bps-cell: (get-parameter "grid-bps-cell"),
    grid-bps-district: (get-parameter "grid-bps-district"),
    grid-bps-far: (get-parameter "grid-bps-far"),
    price-floor: (get-parameter "price-floor"),
    price-ceiling: (get-parameter "price-ceiling"),
    min-wh: (get-parameter "min-wh"),
    gate-closure: (get-parameter "gate-closure"),
    gate-opening: (get-parameter "gate-opening"),
    cancel-window: (get-parameter "cancel-window"),
    challenge-window: (get-parameter "challenge-window"),
    report-max-age: (get-parameter "report-max-age"),
    timeout: (get-parameter "timeout"),
    default-limit-wh: (get-parameter "default-limit-wh"),
  }
)

;; What the trade path reads, kept in step with `parameters` by apply-parameter.
(define-data-var trade-parameters
  {
    v: uint,
    paused: uint,
    commission-bps: uint,
    grid-bps-cell: uint,
    grid-bps-district: uint,
    grid-bps-far: uint,
    price-floor: uint,
    price-ceiling: uint,
    min-wh: uint,
    gate-closure: uint,
    gate-opening: uint,
    cancel-window: uint,
    challenge-window: uint,
    report-max-age: uint,
    timeout: uint,
    default-limit-wh: uint,
  }
  (assemble u1 u0)
)
(map-set parameters-at u1 (var-get trade-parameters))
