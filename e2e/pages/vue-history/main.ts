import { createWebHistory } from 'vue-router'
import { startApp } from '../vue-app/start-app.js'

startApp(createWebHistory)
