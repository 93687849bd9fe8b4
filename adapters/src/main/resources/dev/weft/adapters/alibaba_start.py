# SPDX-License-Identifier: Apache-2.0
import alibaba_loop

alibaba_loop.main()
