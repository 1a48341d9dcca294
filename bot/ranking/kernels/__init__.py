"""The batch scorer's compiled code. Import it through `loading` alone: numba is slow to start."""
